import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chartSources } from '../../../../components/istio/chartSource';
import { chartReleases, resolveIstioSettings, type IstioSettings } from '../../../../components/istio/pure';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chart-source-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/helm'), '');
  chmodSync(join(folder, 'bin/helm'), 0o755);
  env = { PATH: `relative:${join(folder, 'nowhere')}:${join(folder, 'bin')}` };
});
afterEach(() => rmSync(folder, { recursive: true }));

function charts(...places: string[]): string {
  for (const place of places) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, 'Chart.yaml'), '');
  }
  return folder;
}

function look(settings: IstioSettings) {
  const resolved = resolveIstioSettings(settings);
  const { base, istiod, cni, gateways } = chartReleases(resolved);
  const found = chartSources(
    [base, ...istiod, cni!, ...gateways],
    resolved.repository,
    'bookinfo:istio',
    env,
  );
  return { ...found, sources: [...found.sources.values()] };
}

describe('where charts come from', () => {
  it('is the repository, at the pinned version', () => {
    const { helm, problems, sources } = look({});
    const shared = { repo: 'https://istio-release.storage.googleapis.com/charts', version: '1.31.1' };
    expect(problems).toEqual([]);
    expect(helm).toBe(join(folder, 'bin/helm'));
    expect(sources).toEqual(['base', 'istiod', 'cni', 'gateway'].map((chart) => ({ chart, ...shared })));
  });

  it('may be an OCI registry, which helm wants in one address', () => {
    expect(look({ repository: 'oci://registry.example.com/charts/' }).sources[1]).toEqual({
      chart: 'oci://registry.example.com/charts/istiod',
      version: '1.31.1',
    });
  });

  it.each([
    ["the source tree's", ['base', 'istio-control/istio-discovery', 'istio-cni', 'gateway']],
    ["the repository's", ['base', 'istiod', 'cni', 'gateway']],
  ])('may be a folder of %s layout', (_name, places) => {
    const { problems, sources } = look({ charts: charts(...places) });
    expect(problems).toEqual([]);
    expect(sources).toEqual(places.map((place) => ({ chart: join(folder, place) })));
  });

  it('may be a folder for one revision only', () => {
    charts('istiod', 'gateway');
    const { problems, sources } = look({
      revisions: { a: {}, b: { charts: folder } },
      tag: { revision: 'b' },
    });
    expect(problems).toEqual([]);
    expect(sources.map(({ chart }) => chart)).toEqual([
      'base',
      'istiod',
      join(folder, 'istiod'),
      'cni',
      join(folder, 'gateway'),
    ]);
  });

  it('is said to be missing once where the folder is', () => {
    const { problems } = look({ charts: join(folder, 'gone') });
    expect(problems).toEqual([
      {
        path: 'bookinfo:istio.charts',
        problem: `names ${join(folder, 'gone')}, which does not exist`,
        remedy: expect.stringContaining('manifests/charts') as string,
      },
    ]);
  });

  it('is said to be missing for each chart, and for helm, all at once', () => {
    env = { PATH: join(folder, 'nowhere') };
    const { problems } = look({ charts: charts('base', 'gateway') });
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      "PATH has no helm, which renders Istio's charts",
      `bookinfo:istio.charts names ${folder}, which has no chart istiod: neither istiod/Chart.yaml nor ` +
        'istio-control/istio-discovery/Chart.yaml is there',
      `bookinfo:istio.charts names ${folder}, which has no chart cni: neither cni/Chart.yaml nor ` +
        'istio-cni/Chart.yaml is there',
    ]);
  });

  it('takes no folder and no plain file for helm', () => {
    rmSync(join(folder, 'bin/helm'));
    mkdirSync(join(folder, 'bin/helm'));
    expect(look({}).problems.map(({ path }) => path)).toEqual(['PATH']);
    rmSync(join(folder, 'bin/helm'), { recursive: true });
    writeFileSync(join(folder, 'bin/helm'), '', { mode: 0o644 });
    expect(look({}).problems.map(({ path }) => path)).toEqual(['PATH']);
  });
});
