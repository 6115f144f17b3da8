import type { EdgeSettings } from '../../components/edge/pure';
import { DEFAULT_SDK } from '../../components/edge/pure';
import type { LoadTestSettings } from '../../components/loadtest/pure';
import type { Engine } from '../../rehearsal/scenario/engine';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { screenshot, startChromium, visit, type Browser, type Visit } from '../browser/support/chromium';
import { expectBookinfo, expectPeace, expectSnippetOnce, servedBy } from '../browser/support/expectations';
import { until } from '../support/until';

const namespace = 'browser-edge';
const release = {
  service: 'reviews',
  stable: { version: 'v2' },
  canary: { version: 'v3' },
  steps: [0, 50, 100],
};
const rum = {
  applicationId: 'bookinfo_web',
  datakitOrigin: 'http://rum.example.com:9529',
  tracingSampleRate: 50,
};
const hostile = `</script><script>window.pwned = 1</script>"'\\\r\n \${host} $request_id ; } # <img src=x onerror="window.pwned = 2">`;
const edge = (more: Partial<EdgeSettings['rum']> = {}): EdgeSettings => ({
  rum: { ...rum, ...more },
  replicas: 1,
});
/** Declared so that the mesh is looked at with everything on; nobody plays its pod, so it asks for nothing. */
const loadtest: LoadTestSettings = { concurrency: 200, duration: '60s' };

let rehearsal: SharedRehearsal;
let engine: Engine;
let browser: Browser;
const open: Visit[] = [];

beforeAll(async () => {
  [rehearsal, browser] = await Promise.all([sharedRehearsal(), startChromium()]);
  engine = await rehearsal.engine(namespace);
  engine.configure({
    'bookinfo:outsideNamespaces': [`${namespace}-edge`],
    'bookinfo:release': release,
    'bookinfo:step': 'baseline',
    'bookinfo:edge': edge(),
    'bookinfo:loadtest': loadtest,
  });
  await engine.up();
});
afterEach(async () => {
  for (const { page } of open.splice(0)) await page.close();
});
afterAll(async () => {
  await browser?.close();
  await engine?.destroy();
});

async function load(): Promise<Visit> {
  const url = `http://127.0.0.1:${rehearsal.platform.ports.edge}/productpage`;
  const visited = await visit(browser.context, url);
  open.push(visited);
  return visited;
}

async function step(name: string): Promise<void> {
  engine.configure({ 'bookinfo:step': name });
  await engine.up();
}

/** What holds of every page, whichever version of reviews answered. */
async function expectWhole(visited: Visit): Promise<void> {
  await expectBookinfo(visited);
  await expectSnippetOnce(visited, DEFAULT_SDK);
  await expectPeace(visited);
}

test('a page that came through the edge and the gateway is whole, and starts the monitoring as configured', async () => {
  const visited = await load();
  expect(await servedBy(visited)).toBe('v2');
  await expectWhole(visited);
  expect(await visited.inits()).toEqual([
    {
      ...rum,
      // What the mesh puts on this stack's spans.
      env: namespace,
      version: 'v1',
      service: 'productpage',
      sessionSampleRate: 100,
      sessionReplaySampleRate: 0,
      trackUserInteractions: true,
      traceType: 'zipkin',
      traceId128Bit: false,
      allowedTracingUrls: [],
    },
  ]);
  await screenshot(visited.page, 'rehearsal-reviews-v2');
});

test('in the middle of a release every page has the stars of the version that answered', async () => {
  await step('0');
  await step('50');
  const seen = new Set<string>();
  for (let tries = 0; seen.size < 2 && tries < 60; tries += 1) {
    const visited = await load();
    const version = await servedBy(visited);
    if (!seen.has(version)) {
      await expectWhole(visited);
      await screenshot(visited.page, `rehearsal-reviews-${version}-at-50`);
    }
    seen.add(version);
    await visited.page.close();
  }
  expect(seen).toEqual(new Set(['v2', 'v3']));
});

test('a hostile value in the config stays a value in the page', async () => {
  engine.configure({ 'bookinfo:edge': edge({ applicationId: hostile, service: hostile, version: hostile }) });
  await engine.up();
  // The browser keeps its connection to the old pod of the edge until that pod ends.
  let visited = await load();
  await until('the new pod answers', async () => {
    visited = await load();
    return (await visited.inits())[0]?.['applicationId'] !== rum.applicationId;
  });
  expect(await visited.inits()).toEqual([
    expect.objectContaining({ applicationId: hostile, service: hostile, version: hostile }),
  ]);
  await expectWhole(visited);
  await screenshot(visited.page, 'rehearsal-hostile');
});

test('istioctl analyze finds neither errors nor warnings, with the edge and the load test declared', async () => {
  const { stdout } = await rehearsal.tool('kubectl', [
    ...['get', 'deployments,jobs', '-n', `${namespace}-edge`, '-o', 'name'],
  ]);
  expect(stdout).toMatch(/deployment\.apps\/edge/);
  expect(stdout).toMatch(/job\.batch\/loadtest/);
  expect(await rehearsal.analyze()).toEqual([]);
});

interface Pods {
  readonly items: readonly { readonly metadata: { readonly namespace: string; readonly name: string } }[];
}
interface Namespaces {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  }[];
}

test('every pod was admitted at restricted, but for those of DataKit and of the node plugin', async () => {
  const get = async <T>(kind: string): Promise<T> =>
    JSON.parse((await rehearsal.tool('kubectl', ['get', kind, '-A', '-o', 'json'])).stdout) as T;
  const [pods, namespaces] = await Promise.all([get<Pods>('pods'), get<Namespaces>('namespaces')]);
  const levels = new Map(
    namespaces.items.map(({ metadata: { labels, name } }) => [
      name,
      labels['pod-security.kubernetes.io/enforce'] ?? 'none',
    ]),
  );
  const withPods = [...new Set(pods.items.map(({ metadata }) => metadata.namespace))].sort();
  expect(withPods).toEqual(expect.arrayContaining([namespace, `${namespace}-edge`, 'istio-system']));
  expect(Object.fromEntries(withPods.map((name) => [name, levels.get(name)]))).toEqual(
    Object.fromEntries(
      withPods.map((name) => [name, ['datakit', 'istio-cni'].includes(name) ? 'privileged' : 'restricted']),
    ),
  );
  // Asked for another version of the same standard, the API server looks at the pods that are there and names those that
  // it would not let in.
  const violations = async (names: readonly string[], label: string) =>
    (
      await rehearsal.tool('kubectl', [
        'label',
        'namespace',
        ...names,
        label,
        '--overwrite',
        '--dry-run=server',
      ])
    ).stderr;
  const restricted = withPods.filter((name) => levels.get(name) === 'restricted');
  const enforce = 'pod-security.kubernetes.io/enforce';
  expect(await violations(restricted, `${enforce}-version=v1.30`)).not.toMatch(/violate/);
  for (const name of ['datakit', 'istio-cni']) {
    expect(await violations([name], `${enforce}=baseline`)).toMatch(/existing pods in namespace .* violate/);
  }
});

test('no proxy refused a configuration', async () => {
  expect(await rehearsal.platform.call<string[]>('GET', '/problems')).toEqual([]);
});
