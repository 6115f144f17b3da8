import { ProblemsError } from '../../../../components/validation';
import type * as helm from '../helm';
import { objectNames, nameOf, platformParts, release, runProgram, token, type Request } from '../support';

const { helmRenderer } = jest.requireActual<typeof helm>('../helm');
const mockRendering = jest.fn(helmRenderer);
jest.mock('../../../../components/istio/helm', () => ({
  helmRenderer: (...args: Parameters<typeof helmRenderer>) => mockRendering(...args),
}));

const config = { layers: ['platform'], ...platformParts };
const secrets = { datakitToken: token };

const urnOf = (requests: readonly Request[], name: string): string => {
  const found = requests.filter(
    (request) => request.type.startsWith('kubernetes:') && nameOf(request) === name,
  );
  expect(found.map(nameOf)).toEqual([name]);
  return found[0]!.urn;
};

/** What answers for Istio: without it pods get no proxy, routes are refused and injected pods cannot start. */
const readyIstio = (requests: readonly Request[]) =>
  ['Deployment istiod', 'Service istiod', 'DaemonSet istio-cni-node'].map((name) => urnOf(requests, name));

/** A component and everything in it. */
const partsOf = (requests: readonly Request[], type: string): Request[] => {
  const component = requests.find((request) => request.type === type)!;
  return requests.filter(({ urn, parents }) => urn === component.urn || parents.includes(component.urn));
};

describe('the platform layer', () => {
  it('declares the namespaces, DataKit and Istio, and nothing of the application', async () => {
    const { requests, outputs, refusal } = await runProgram(config, { secrets });
    expect(refusal).toBeUndefined();
    expect(outputs).toEqual({});
    expect(requests.filter(({ type }) => type.startsWith('bookinfo:')).map(({ type }) => type)).toEqual([
      'bookinfo:istio:Istio',
      'bookinfo:datakit:DataKit',
    ]);
    const names = objectNames(requests);
    expect(names.filter((name) => name.startsWith('Namespace')).sort()).toEqual([
      'Namespace datakit',
      'Namespace istio-cni',
      'Namespace istio-system',
      'Namespace prod',
      'Namespace prod-edge',
    ]);
    expect(names).toEqual(
      expect.arrayContaining(['DaemonSet datakit', 'Deployment istiod', 'Telemetry mesh-default']),
    );
    expect(
      names.filter((name) => /VirtualService|Gateway |productpage|AuthorizationPolicy/.test(name)),
    ).toEqual([]);
  });

  it('labels namespaces of applications for injection, and those outside of the mesh not', async () => {
    const { requests } = await runProgram(config, { secrets });
    const restricted = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    };
    const metadata = (name: string) => requests.find((request) => request.name === name)?.inputs['metadata'];
    expect(metadata('prod')).toEqual({
      name: 'prod',
      labels: { 'istio-injection': 'enabled', ...restricted },
    });
    expect(metadata('prod-edge')).toEqual({ name: 'prod-edge', labels: restricted });
  });

  it('labels namespaces with the tag of the revision where there are several', async () => {
    const istio = { revisions: { old: {}, new: {} }, tag: { revision: 'old' } };
    const { requests } = await runProgram({ ...config, istio }, { secrets });
    const { labels } = requests.find(({ name }) => name === 'prod')!.inputs['metadata'] as {
      labels: Record<string, string>;
    };
    expect(labels['istio.io/rev']).toBe('stable');
    expect(labels).not.toHaveProperty('istio-injection');
  });

  it.each([
    ['neither', { istio: undefined, datakit: undefined }, {}, []],
    ['DataKit alone', { istio: undefined }, secrets, ['bookinfo:datakit:DataKit']],
    ['Istio alone', { datakit: undefined }, {}, ['bookinfo:istio:Istio']],
  ])('declares %s where only that is asked for', async (_name, parts, given, components) => {
    const asked = Object.entries({ ...config, ...parts }).filter(([, value]) => value !== undefined);
    const { requests, refusal } = await runProgram(Object.fromEntries(asked), { secrets: given });
    expect(refusal).toBeUndefined();
    const declared = requests.map(({ type }) => type).filter((type) => type.startsWith('bookinfo:'));
    expect(declared).toEqual(components);
    expect(objectNames(requests)).toEqual(expect.arrayContaining(['Namespace prod', 'Namespace prod-edge']));
  });

  it('declares nothing of DataKit where a chart of Istio cannot be rendered', async () => {
    const said = 'holds no chart istiod';
    mockRendering.mockImplementationOnce(() => {
      const problem = { path: 'bookinfo:istio.charts', problem: said, remedy: 'name a folder of charts' };
      throw new ProblemsError('Istio', [problem]);
    });
    const { requests, refusal } = await runProgram(config, { secrets });
    expect(String(refusal)).toContain(said);
    expect(requests.map(({ type }) => type)).toEqual([]);
  });

  it("tells the mesh to trace once DataKit's Service is there, and holds up nothing else of Istio for it", async () => {
    const { requests } = await runProgram(config, { secrets });
    const service = urnOf(requests, 'Service datakit-service');
    const istio = partsOf(requests, 'bookinfo:istio:Istio');
    expect(istio.length).toBeGreaterThan(15);
    const waiting = istio.filter(({ waitsFor }) => waitsFor.includes(service));
    expect(waiting.map(nameOf)).toEqual(['Telemetry mesh-default']);
    const datakit = partsOf(requests, 'bookinfo:datakit:DataKit');
    expect(datakit.length).toBeGreaterThan(5);
    const [component] = requests.filter(({ type }) => type === 'bookinfo:istio:Istio');
    expect(datakit.filter(({ waitsFor }) => waitsFor.includes(component!.urn))).toEqual([]);
  });

  it('has every object of an application wait for its namespaces and for Istio', async () => {
    const { requests, refusal } = await runProgram(
      {
        ...config,
        layers: ['platform', 'application', 'release'],
        namespace: 'prod',
        release,
        step: 'baseline',
        routePolicies: { ratings: { timeout: '2s' } },
        edge: { rum: { applicationId: 'shop', datakitOrigin: 'https://rum.example.com' } },
        loadtest: { allowProduction: true },
      },
      { secrets },
    );
    expect(refusal).toBeUndefined();
    const before = [
      ...readyIstio(requests),
      urnOf(requests, 'Namespace prod'),
      urnOf(requests, 'Namespace prod-edge'),
    ];
    const users = requests.filter(({ type, inputs }) => {
      const { namespace } = (inputs['metadata'] ?? {}) as { namespace?: string };
      return type.startsWith('kubernetes:') && /^prod(-edge)?$/.test(namespace ?? '');
    });
    expect(users.length).toBeGreaterThan(30);
    const early = users.filter(({ waitsFor }) => !before.every((urn) => waitsFor.includes(urn)));
    expect(early.map(nameOf)).toEqual([]);
    expect(
      requests
        .filter(({ type }) => type.endsWith(':Namespace'))
        .filter(({ waitsFor }) => waitsFor.includes(before[0]!)),
    ).toEqual([]);
  });

  it('keeps the token out of everything but the Secret', async () => {
    const { requests } = await runProgram(config, { secrets });
    const holders = requests.filter(({ inputs }) => JSON.stringify(inputs).includes(token));
    expect(holders.map(nameOf)).toEqual(['Secret datakit-dataway']);
  });
});
