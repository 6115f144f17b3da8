import { holderJob, holderName, thisJob } from '../../../../release/ci/jobs';
import { judgeHolder } from '../../../../release/ci/lockHolder';
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
const says = (status: string | undefined) => () => Promise.resolve(status);
const endedWhere = async (found: Found, asker: Partial<Parameters<typeof judgeHolder>[1]>) =>
  (await judgeHolder(found, { job, afterSteps: false, ...asker })).ended;

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
      expect(await endedWhere(other, { statusOf: says(status) })).toBe(true);
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
    expect(await endedWhere(other, { statusOf: says('running'), afterSteps: true })).toBe(false);
    expect(await endedWhere(other, { statusOf: says('canceling') })).toBe(false);
    expect(await endedWhere(other, { statusOf: says(undefined) })).toBe(false);
    expect(await endedWhere(held('alice'), { statusOf: says('failed'), afterSteps: true })).toBe(false);
    expect(await endedWhere({ kind: 'unreadable', token: 't' }, { afterSteps: true })).toBe(false);
  });
});
