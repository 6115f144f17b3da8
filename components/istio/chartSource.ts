import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../validation';
import type { ChartName, ChartRelease } from './releases';

/** Where a chart lies below a folder: by its name in the repository, then as in Istio's source tree. */
const places: Readonly<Record<ChartName, readonly string[]>> = {
  base: ['base'],
  istiod: ['istiod', 'istio-control/istio-discovery'],
  cni: ['cni', 'istio-cni'],
  gateway: ['gateway'],
};

/** What helm is told to take a chart from. */
export interface ChartSource {
  readonly chart: string;
  readonly repo?: string;
  readonly version?: string;
}

export interface Sources {
  readonly problems: readonly Problem[];
  readonly helm: string;
  readonly sources: ReadonlyMap<ChartRelease, ChartSource>;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The folder of a chart, or what is wrong. */
function folderOf(charts: string, chart: ChartName, path: string): string | Problem {
  const root = resolve(charts);
  const remedy =
    "name the folder manifests/charts of Istio's source tree or release archive, or leave the key out to use the chart repository";
  if (!existsSync(root)) return { path, problem: `names ${root}, which does not exist`, remedy };
  const found = places[chart]
    .map((place) => join(root, place))
    .find((folder) => existsSync(join(folder, 'Chart.yaml')));
  if (found !== undefined) return found;
  const looked = places[chart].map((place) => `${place}/Chart.yaml`).join(' nor ');
  return { path, problem: `names ${root}, which has no chart ${chart}: neither ${looked} is there`, remedy };
}

function helmOnPath(env: NodeJS.ProcessEnv): string | Problem {
  const found = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, 'helm'))
    .find(isExecutable);
  return (
    found ?? {
      path: 'PATH',
      problem: "has no helm, which renders Istio's charts",
      remedy: 'install helm 3.8 or newer, and put its folder on PATH',
    }
  );
}

const isProblem = (value: string | Problem): value is Problem => typeof value !== 'string';

/**
 * Where every chart comes from, looked up before the first one is rendered so that all that is missing is said at once.
 * @param path where the settings stand, for messages
 */
export function chartSources(
  releases: readonly ChartRelease[],
  repository: string,
  path: string,
  env: NodeJS.ProcessEnv = process.env,
): Sources {
  const problems = new Map<string, Problem>();
  const note = (problem: Problem) => problems.set(`${problem.path} ${problem.problem}`, problem);
  const helm = helmOnPath(env);
  if (isProblem(helm)) note(helm);
  const sources = new Map<ChartRelease, ChartSource>();
  for (const release of releases) {
    if (release.charts === undefined) {
      sources.set(release, fromRepository(release, repository));
      continue;
    }
    const folder = folderOf(release.charts, release.chart, `${path}.charts`);
    if (isProblem(folder)) note(folder);
    else sources.set(release, { chart: folder });
  }
  return { problems: [...problems.values()], helm: isProblem(helm) ? '' : helm, sources };
}

/** helm reads charts of an OCI registry by their whole address and of others by name and repository. */
const fromRepository = ({ chart, version }: ChartRelease, repository: string): ChartSource =>
  repository.startsWith('oci://')
    ? { chart: `${repository.replace(/\/$/, '')}/${chart}`, version }
    : { chart, repo: repository, version };
