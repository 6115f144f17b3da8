import type { ServerAnswer } from '../../../../release/commands/doctorCluster';
import { workloadFindings } from '../../../../release/commands/doctorWorkloads';
import type { Session } from '../../../../release/sequence';

const deployments = { v1: 'ledger-v1', v2: 'ledger-canary' };
const session = (existing: Readonly<Record<string, string>> | undefined = deployments) =>
  ({
    existing,
    namespace: 'prod',
    release: {
      service: 'ledger',
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      steps: [0, 100],
    },
    ctx: { signal: new AbortController().signal },
  }) as unknown as Session;

const deployment = (labels: object, available = 'True') => ({
  spec: { template: { metadata: { labels } } },
  status: { conditions: [{ type: 'Available', status: available }] },
});
const answer = (status: number, body?: unknown): ServerAnswer => ({
  ...{ status, body },
  ...{ sentAt: 0, receivedAt: 0, serverTime: 0 },
});
const sound = (version: string) => answer(200, deployment({ app: 'ledger', version }));

/** What the API server answers about each Deployment, and what is found. */
const find = async (answers: Readonly<Record<string, ServerAnswer>>, given = session()) => {
  const found = await workloadFindings((path) => {
    const name = path.split('/').at(-1) ?? '';
    expect(path).toBe(`/apis/apps/v1/namespaces/prod/deployments/${name}`);
    return Promise.resolve(answers[name] ?? answer(404));
  }, given);
  return found.map(({ state, detail, remedy }) => `${state} ${detail} / ${remedy}`);
};

test('both are there, available and labelled', async () => {
  expect(await find({ 'ledger-v1': sound('v1'), 'ledger-canary': sound('v2') })).toEqual([
    'good Deployment ledger-v1 (ledger v1) is available / ',
    'good Deployment ledger-canary (ledger v2) is available / ',
  ]);
});

test.each<[string, ServerAnswer, RegExp]>([
  ['is not there', answer(404), /^bad .*is not there.*correct its name/],
  ['may not be read', answer(403), /^warning .*could not be read \(403\).*right to get deployments/],
  [
    'is not available',
    answer(200, deployment({ app: 'ledger', version: 'v2' }, 'False')),
    /^bad .*is not available/,
  ],
  [
    'has no status yet',
    answer(200, { spec: deployment({ app: 'ledger', version: 'v2' }).spec }),
    /^bad .*not available/,
  ],
  [
    'has pods without the labels',
    answer(200, deployment({ app: 'ledger' })),
    /^bad .*pods lack version: v2.*pod template/,
  ],
  [
    'is of another version',
    answer(200, deployment({ app: 'ledger', version: 'v1' })),
    /^bad .*pods lack version: v2/,
  ],
])('the canary %s', async (_title, canary, expected) => {
  const [stable, found] = await find({ 'ledger-v1': sound('v1'), 'ledger-canary': canary });
  expect(stable).toMatch(/^good/);
  expect(found).toMatch(expected);
});

test('a version that the table does not name', async () => {
  const [, found] = await find({ 'ledger-v1': sound('v1') }, session({ v1: 'ledger-v1' }));
  expect(found).toMatch(/^bad nothing says which Deployment is ledger v2.*deployments: \{ v2: ledger-v2 \}/);
});

test('nothing is asked of a service whose versions the stack runs', async () => {
  const own = { ...session(), existing: undefined };
  expect(await workloadFindings(() => Promise.reject(new Error('asked')), own)).toEqual([]);
});
