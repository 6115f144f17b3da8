import { holderJob, holderName, thisJob } from '../../../../release/ci/jobs';
import { judgeHolder, type JobState } from '../../../../release/ci/lockHolder';
import type { Found } from '../../../../release/lock';

const held = (owner: string, operation = 'advance to 10'): Found => ({
  kind: 'record',
  token: 't',
  record: {
    schema: 1,
    id: '1',
    stack: 'prod',
    operation,
    owner,
    host: 'runner-1',
    pid: 7,
    takenAt: '2026-11-21T12:00:00Z',
  },
});
const job = { job: '12', pipeline: '3' };
const other = held('alice, job 11 of pipeline 3');
const says =
  (status: string | undefined, more: Partial<JobState> = {}) =>
  () =>
    Promise.resolve(status === undefined ? undefined : { status, pipeline: '3', ...more });
const endedWhere = async (found: Found, asker: Partial<Parameters<typeof judgeHolder>[1]>) =>
  (await judgeHolder(found, { job, stack: 'prod', host: 'runner-1', afterSteps: false, ...asker })).ended;

it('finds the job of a holder by its name', () => {
  expect(holderJob(holderName('alice', job))).toEqual(job);
  expect(holderJob(holderName('alice', undefined))).toBeUndefined();
  expect(thisJob({ CI_JOB_ID: '12', CI_PIPELINE_ID: '3' })).toEqual(job);
  expect(thisJob({ GITHUB_RUN_ID: '5' })).toEqual({ job: '5', pipeline: '5' });
  expect(thisJob({})).toBeUndefined();
});

describe('the holder of a lock has ended', () => {
  it('where it is the job that asks, or GitLab says so', async () => {
    expect(await endedWhere(held('alice, job 12 of pipeline 3'), {})).toBe(true);
    for (const status of ['success', 'failed', 'canceled']) {
      expect(await endedWhere(other, { stateOf: says(status) })).toBe(true);
    }
  });

  it('where all steps of its pipeline have ended and GitLab cannot be asked, but for a rollback', async () => {
    expect(await endedWhere(other, { afterSteps: true })).toBe(true);
    expect(await endedWhere(held('alice, job 11 of pipeline 3', 'rollback'), { afterSteps: true })).toBe(
      false,
    );
    expect(await endedWhere(held('alice, job 11 of pipeline 4'), { afterSteps: true })).toBe(false);
  });

  it('in no other case', async () => {
    expect(await endedWhere(other, { stateOf: says('running'), afterSteps: true })).toBe(false);
    expect(await endedWhere(other, { stateOf: says('canceling') })).toBe(false);
    expect(await endedWhere(other, { stateOf: says(undefined) })).toBe(false);
    expect(await endedWhere(held('alice'), { stateOf: says('failed'), afterSteps: true })).toBe(false);
    expect(await endedWhere({ kind: 'unreadable', token: 't' }, { afterSteps: true })).toBe(false);
  });

  // Whoever may write the lock can write anything into it.
  it.each<[string, Parameters<typeof endedWhere>]>([
    ['names a finished job of another pipeline', [other, { stateOf: says('failed', { pipeline: '4' }) }]],
    [
      'was taken long after its job had ended',
      [other, { stateOf: says('success', { finishedAt: Date.parse('2026-11-21T11:30:00Z') }) }],
    ],
    ['is of another stack', [other, { stack: 'test', stateOf: says('failed'), afterSteps: true }]],
    [
      'names the job that asks, from another host',
      [held('alice, job 12 of pipeline 3'), { host: 'runner-2' }],
    ],
    ['names the job that asks, of another pipeline', [held('alice, job 12 of pipeline 4'), {}]],
  ])('not where the record %s', async (_, [found, asker]) => {
    expect(await endedWhere(found, asker)).toBe(false);
  });

  it('in a contradiction it names no job, so that none is stopped for it', async () => {
    const asker = { job, stack: 'prod', host: 'runner-1', afterSteps: false };
    const verdict = await judgeHolder(other, { ...asker, stateOf: says('running', { pipeline: '4' }) });
    expect(verdict.ended).toBe(false);
    expect(verdict.why).toContain('job 11 is of pipeline 4');
    expect(verdict.job).toBeUndefined();
  });
});
