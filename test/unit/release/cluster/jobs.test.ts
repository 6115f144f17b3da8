import { ClusterFailure, startJob, tryJob, type ClusterApi } from '../../../../release/cluster';
import { jobObject } from '../../../../release/cluster/jobs';

const wanted = {
  name: 'smoke',
  template: {
    spec: { containers: [{ name: 'smoke', image: 'smoke:1', env: [{ name: 'A', value: '1' }] }] },
  },
  env: { RELEASE_CANARY: 'v2' },
  deadlineMs: 90_000,
};

/** An API server that has one Job, in the state told. */
function played(status: unknown) {
  const asked: string[] = [];
  let there = true;
  const refused = () => Promise.reject(new Error('not asked'));
  const api: ClusterApi = {
    get: (path) => {
      asked.push(`get ${path}`);
      return Promise.resolve(there ? { status } : undefined);
    },
    apply: (path, { dryRun = false, fieldManager }) => {
      asked.push(`apply ${path} by ${fieldManager}${dryRun ? ', dry run' : ''}`);
      return Promise.resolve();
    },
    remove: (path) => {
      asked.push(`remove ${path}`);
      there = false;
      return Promise.resolve();
    },
    pass: refused,
    enter: refused,
  };
  return { api, asked };
}

test('one try, an end, no sidecar, and variables that say what is judged', () => {
  expect(jobObject(wanted, 'prod', 'release-smoke-1')).toMatchObject({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'release-smoke-1', namespace: 'prod' },
    spec: {
      ...{ backoffLimit: 0, activeDeadlineSeconds: 90, ttlSecondsAfterFinished: 600 },
      template: {
        metadata: { labels: { 'sidecar.istio.io/inject': 'false' } },
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'smoke',
              env: [
                { name: 'A', value: '1' },
                { name: 'RELEASE_CANARY', value: 'v2' },
              ],
            },
          ],
        },
      },
    },
  });
});

test('what the template says goes before', () => {
  const labels = { 'sidecar.istio.io/inject': 'true', team: 'shop' };
  const template = { metadata: { labels }, spec: { ...wanted.template.spec, restartPolicy: 'OnFailure' } };
  expect(jobObject({ ...wanted, template }, 'prod', 'a')).toMatchObject({
    spec: { template: { metadata: { labels }, spec: { restartPolicy: 'OnFailure' } } },
  });
});

const condition = (type: string, status = 'True', more: object = {}) => ({
  conditions: [{ type, status, ...more }],
});

// Types of conditions: kubernetes/api batch/v1/types.go JobConditionType.
test.each<[string, unknown, string, string]>([
  ['no status yet', undefined, 'running', 'it has no pod yet'],
  ['a pod', { active: 1 }, 'running', 'its pod runs'],
  ['Complete', condition('Complete'), 'complete', ''],
  ['Complete that is not so', condition('Complete', 'False'), 'running', 'it has no pod yet'],
  [
    'SuccessCriteriaMet, with pods still ending',
    condition('SuccessCriteriaMet'),
    'running',
    'it has no pod yet',
  ],
  [
    'Failed',
    condition('Failed', 'True', {
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    }),
    'failed',
    'BackoffLimitExceeded: Job has reached the specified backoff limit',
  ],
  [
    'about to fail',
    condition('FailureTarget', 'True', { reason: 'DeadlineExceeded' }),
    'failed',
    'DeadlineExceeded',
  ],
  ['Suspended', condition('Suspended'), 'running', 'it has no pod yet'],
])('by its conditions: %s', async (_, status, state, detail) => {
  const { api } = played(status);
  const run = await startJob(api, 'prod', wanted);
  expect(await run.look()).toEqual({ state, detail });
});

test('each has a name of its own, and is taken away', async () => {
  const { api, asked } = played({ active: 1 });
  const [one, other] = [await startJob(api, 'prod', wanted), await startJob(api, 'prod', wanted)];
  expect(one.name).toMatch(/^release-smoke-[0-9a-f]{8}$/);
  expect(other.name).not.toBe(one.name);
  await one.remove();
  expect(asked.at(-1)).toBe(`remove /apis/batch/v1/namespaces/prod/jobs/${one.name}`);
  expect(await one.look()).toMatchObject({ state: 'failed', detail: 'somebody deleted it' });
});

test('a dry run makes nothing', async () => {
  const { api, asked } = played(undefined);
  await tryJob(api, 'prod', wanted);
  expect(asked).toEqual([expect.stringMatching(/^apply .*\/jobs\/release-smoke-.*, dry run$/)]);
});

test('a right that is missing is told', async () => {
  const { api } = played(undefined);
  const forbidden = { ...api, apply: () => Promise.reject(new ClusterFailure('jobs', 403, 'forbidden')) };
  await expect(startJob(forbidden, 'prod', wanted)).rejects.toMatchObject({ status: 403 });
});
