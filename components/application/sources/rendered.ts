import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { problem, type SourcePlace } from './files';
import { readManifests, type ReadManifests } from './kubernetesYaml';
import type { ChartSource } from './schema';

/** What a command printed, or why it printed nothing. */
type Ran = { readonly output: string } | { readonly missing: true } | { readonly refusal: string };

/** Charts and kustomizations of hundreds of objects are a few MiB; more than this is a mistake. */
const MOST_OUTPUT = 64 * 1024 * 1024;

function run(command: string, args: readonly string[], cwd: string): Ran {
  try {
    const output = execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      maxBuffer: MOST_OUTPUT,
      env: process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { output };
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') return { missing: true };
    const words = (stderr ?? '').trim() || message;
    return { refusal: words.split('\n').slice(-3).join(' ').trim() };
  }
}

/** Where the values that stand in the application file itself are written for helm. */
function withValues<T>(
  values: ChartSource['values'],
  folder: string,
  use: (files: readonly string[]) => T,
): T {
  if (values === undefined) return use([]);
  if (typeof values === 'string') return use([resolve(folder, values)]);
  if (Array.isArray(values)) return use((values as readonly string[]).map((file) => resolve(folder, file)));
  const own = mkdtempSync(join(tmpdir(), 'chart-values-'));
  try {
    const file = join(own, 'values.yaml');
    writeFileSync(file, stringify(values));
    return use([file]);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/**
 * Renders a Helm chart by `helm template`, definitions included and tests left out.
 * @param name The release's name where the source gives none.
 */
export function readChart(
  source: ChartSource,
  name: string,
  namespace: string | undefined,
  place: SourcePlace,
): ReadManifests {
  const { chart, repo, version, release = name } = source;
  const local = resolve(place.folder, chart);
  const where = existsSync(local) ? local : chart;
  const remote = repo !== undefined || chart.startsWith('oci://');
  if (where === chart && !remote) {
    return problem(
      place.path,
      `names the chart ${chart}, and ${local} does not exist`,
      'name the folder of the chart relative to the application file, an oci:// address, or add repo',
    );
  }
  const ran = withValues(source.values, place.folder, (files) =>
    run(
      'helm',
      [
        'template',
        release,
        where,
        '--include-crds',
        '--skip-tests',
        ...(namespace === undefined ? [] : ['--namespace', namespace]),
        ...(repo === undefined ? [] : ['--repo', repo]),
        ...(version === undefined ? [] : ['--version', version]),
        ...files.flatMap((file) => ['--values', file]),
      ],
      place.folder,
    ),
  );
  if ('missing' in ran) {
    return problem(
      place.path,
      `names the chart ${chart}, and there is no helm on PATH to render it`,
      'install helm 3.8 or newer',
    );
  }
  if ('refusal' in ran) {
    return problem(
      place.path,
      `names the chart ${chart}, which helm cannot render: ${ran.refusal}`,
      `correct the chart or its values: helm template ${release} ${chart}`,
    );
  }
  return readManifests(ran.output, `chart ${chart}`);
}

/** Renders a kustomization by `kubectl kustomize`. */
export function readKustomization(folder: string, place: SourcePlace): ReadManifests {
  const where = resolve(place.folder, folder);
  if (!existsSync(where)) {
    return problem(
      place.path,
      `names the kustomization ${folder}, and ${where} does not exist`,
      'name the folder of a kustomization.yaml relative to the application file',
    );
  }
  const ran = run('kubectl', ['kustomize', where], place.folder);
  if ('missing' in ran) {
    return problem(
      place.path,
      `names the kustomization ${folder}, and there is no kubectl on PATH to render it`,
      'install kubectl 1.21 or newer',
    );
  }
  if ('refusal' in ran) {
    return problem(
      place.path,
      `names the kustomization ${folder}, which kubectl cannot render: ${ran.refusal}`,
      `correct it: kubectl kustomize ${folder}`,
    );
  }
  return readManifests(ran.output, `kustomization ${folder}`);
}
