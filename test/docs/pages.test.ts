import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from '../../rehearsal/scenario/project-engine';
import { needsRehearsal, ownBlocks, pageOf } from '../unit/docs/pages';
import { ProjectCopy } from '../unit/docs/project';
import { runBlocks } from '../unit/docs/shell';
import { ObjectStore } from '../support/objectStore';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';

jest.setTimeout(400_000);

/** Namespaces that the platform's stack would have made on a cluster. */
const namespaces = ['prod', 'test'];

/** A page's release bakes for minutes; here it has seconds. The callers' proxies are the one source there is. */
const quick = [
  '  bookinfo:metrics: { envoy: {} }',
  '  bookinfo:gates: { bake: 5s, longest: 20s, interval: 1s, minimumRequests: 60, errors: { unacceptable: 0.1 } }',
  '',
].join('\n');

let rehearsal: SharedRehearsal;
let store: ObjectStore;
let copy: ProjectCopy;
let state: string;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  for (const name of namespaces) {
    const labels = { 'istio-injection': 'enabled', 'pod-security.kubernetes.io/enforce': 'restricted' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await rehearsal.tool('kubectl', ['apply', '-f', '-'], JSON.stringify(namespace));
  }
  store = await ObjectStore.start('releases');
  // As on a cluster that is in use; without requests there is nothing to judge.
  await rehearsal.traffic.start({ ratePerSecond: 80, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await store.end();
});

beforeEach(() => {
  copy = new ProjectCopy();
  state = mkdtempSync(join(tmpdir(), 'docs-state-'));
  for (const stack of namespaces) appendFileSync(join(copy.root, 'stacks', `Pulumi.${stack}.yaml`), quick);
});

const environment = () => ({
  ...process.env,
  ...environmentOf(rehearsal.platform, rehearsal.toolchain),
  PULUMI_BACKEND_URL: `file://${state}`,
  PULUMI_SKIP_CONFIRMATIONS: 'true',
  // The stack that a page selects is its own.
  PULUMI_HOME: join(state, 'home'),
  ...store.credentials,
  SAMPLE: rehearsal.toolchain.bookinfoSample,
  NO_COLOR: '1',
  CI: undefined,
});

/** Takes away what a page has left, for the next one. */
afterEach(async () => {
  const script = [
    'for file in stacks/Pulumi.*.yaml; do',
    '  stack=${file#stacks/Pulumi.}; stack=${stack%.yaml}',
    '  pulumi stack ls 2>/dev/null | grep -q "^$stack" && pulumi destroy --yes --stack "$stack" --skip-preview',
    'done; true',
  ].join('\n');
  const end = { place: 'the end', language: 'sh', kind: '', options: {}, text: script };
  await runBlocks([end], copy.root, environment());
  await runBlocks([end], copy.root, { ...environment(), PULUMI_BACKEND_URL: store.backendUrl });
  for (const folder of readdirSync(tmpdir()).filter((name) => /^state-a-\d+$/.test(name))) {
    rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  }
  if (existsSync(join(copy.root, '.rehearsal'))) {
    const down = { ...end, text: 'node bin/rehearsal.js down' };
    await runBlocks([down], copy.root, environment());
  }
  copy.remove();
  rmSync(state, { recursive: true, force: true });
});

const pages = [...new Set(ownBlocks.filter(needsRehearsal).map(pageOf))];

test.each(pages)('the commands of %s do what they say', async (page) => {
  const blocks = ownBlocks
    .filter((block) => needsRehearsal(block) && pageOf(block) === page)
    .map((block) => ({ ...block, text: block.text.replace(/s3:\/\/[^']+/g, store.backendUrl) }));
  const { code, output, block } = await runBlocks(blocks, copy.root, environment());
  expect(`${block} ended with ${code}${code === 0 ? '' : `:\n${output.slice(-4000)}`}`).toMatch(
    /ended with 0$/,
  );
});
