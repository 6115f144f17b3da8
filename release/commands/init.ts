import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { ManifestLoader, survey, type SurveyedWorkload } from '../../components/application/pure';
import { grouped, imageFinding, isMap, ProblemsError } from '../../components/validation';
import { ReleaseError } from '../exitCodes';
import type { Shown } from './shown';

export interface InitOptions {
  /** The stack to write. */
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** A folder, file or glob with manifests, relative to it. */
  readonly fromManifests?: string;
  /** The folder of a Helm chart, relative to it. */
  readonly fromChart?: string;
  /** The service to release. Default: the first that has two versions and a Service, else the first that has a Service. */
  readonly service?: string;
  /** The application file, relative to the folder of Pulumi.yaml. Default `<stack>.app.yaml`. */
  readonly output?: string;
}

/** The project's name and the folder of its stack files. */
function project(cwd: string): { readonly name: string; readonly stacks: string } {
  try {
    const content: unknown = parse(readFileSync(join(cwd, 'Pulumi.yaml'), 'utf8'));
    if (isMap(content) && typeof content['name'] === 'string') {
      const { name, stackConfigDir: folder } = content;
      return { name, stacks: join(cwd, typeof folder === 'string' ? folder : '.') };
    }
  } catch {
    // Said below, whatever the reason.
  }
  throw new ReleaseError('usage', `${cwd} has no Pulumi.yaml that can be read`, 'name its folder by --cwd');
}

/** Writes a file that is not there yet; what somebody wrote by hand is never replaced. */
async function writeNew(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ReleaseError('error', `cannot write ${file}: ${code}`, 'remove it or name another', { cause });
  }
}

/** An image with neither tag nor digest names no version: it stays in the manifests alone. */
const named = (image: string | undefined) =>
  image === undefined || imageFinding(image) !== undefined ? {} : { image };

/** What the manifests have of one service: a Deployment, or one for each of its versions. */
interface Found {
  readonly service: string;
  readonly workloads: readonly SurveyedWorkload[];
}

/** The versions that a service has in the manifests; `v1` where they have one Deployment that says nothing of a version. */
const versionsOf = ({ workloads }: Found): readonly string[] =>
  workloads.map(({ version }) => version ?? 'v1');

/** From which version a service is released to which: the first two that there are, else the one and a next one. */
function releasedVersions(found: Found): readonly [string, string] {
  const [stable = 'v1', canary = stable === 'v2' ? 'v3' : 'v2'] = versionsOf(found);
  return [stable, canary];
}

/** Every version of a service that is not under release runs, so only the released one gets a second. */
function entryOf(found: Found, manifests: unknown, released: boolean) {
  const [{ deployment, image } = {} as Partial<SurveyedWorkload>] = found.workloads;
  const images = (version: string) =>
    named(found.workloads.find((one) => (one.version ?? 'v1') === version)?.image ?? image);
  const versions = [...new Set([...versionsOf(found), ...releasedVersions(found)])];
  return {
    name: found.service,
    manifests,
    ...(deployment === undefined ? {} : { deployment }),
    versions: released
      ? Object.fromEntries(versions.map((version) => [version, images(version)]))
      : versionsOf(found),
  };
}

/** What a reader has to look at, because manifests do not say it. */
function open(found: readonly SurveyedWorkload[], released: Found): readonly string[] {
  const refused = found.flatMap(({ problems }) => problems);
  const [stable, canary] = releasedVersions(released);
  return [
    ...(released.workloads.length > 1
      ? []
      : [`the image of ${released.service} ${canary}: it is that of ${stable} until you write the next one`]),
    'whom each service calls (calls): without it, who may call whom is not limited',
    'which service requests from outside enter by (entry): without it there is no gateway',
    ...refused.map(({ path, problem, remedy }) => `${path} ${problem}; ${remedy}`),
  ];
}

/**
 * Writes the application file and the stack of an application that has manifests or a chart.
 * @throws ProblemsError with everything that is wrong with the manifests; then nothing is written
 */
export async function init(options: InitOptions): Promise<Shown> {
  const { cwd, stack, output = `${stack}.app.yaml` } = options;
  const { name, stacks } = project(cwd);
  const source = options.fromChart === undefined ? options.fromManifests : { chart: options.fromChart };
  if (source === undefined) {
    throw new ReleaseError(
      'usage',
      'nothing says where the application is',
      'name it by --from-manifests or --from-chart',
    );
  }
  const flag = options.fromChart === undefined ? '--from-manifests' : '--from-chart';
  const read = new ManifestLoader().read(source, { folder: cwd, path: flag, name: stack });
  if (read.problems.length > 0) throw new ProblemsError('Manifests', read.problems);
  const found = survey(read.manifests);
  const called = found.filter(({ problems, isCalled }) => problems.length === 0 && isCalled);
  const usable = [...grouped(called, ({ service }) => service)].map(([service, workloads]): Found => ({
    service,
    workloads,
  }));
  const released =
    options.service === undefined
      ? (usable.find(({ workloads }) => workloads.length > 1) ?? usable[0])
      : usable.find(({ service }) => service === options.service);
  if (released === undefined) {
    throw new ReleaseError(
      'usage',
      options.service === undefined
        ? `no Deployment among the ${read.manifests.length} objects has a Service and can be released`
        : `${options.service} is none of the services that can be released: ${usable.map(({ service }) => service).join(', ')}`,
      'see what is asked of manifests: docs/how-to/own-manifests.md',
    );
  }
  const file = resolve(cwd, output);
  const stackFile = join(stacks, `Pulumi.${stack}.yaml`);
  const taken = [file, stackFile].filter((each) => existsSync(each));
  if (taken.length > 0) {
    throw new ReleaseError(
      'usage',
      `${taken.join(' and ')} exist already`,
      'remove them, or name another stack or --output',
    );
  }
  // Paths of the table are relative to the table.
  const moved = (path: string) => relative(dirname(file), resolve(cwd, path)) || '.';
  const manifests = typeof source === 'string' ? moved(source) : { chart: moved(source.chart) };
  const namespace = released.workloads[0]?.namespace ?? stack;
  const [stable, canary] = releasedVersions(released);
  const config = {
    [`${name}:application`]: relative(cwd, file),
    [`${name}:layers`]: ['application', 'release'],
    [`${name}:namespace`]: namespace,
    [`${name}:release`]: {
      service: released.service,
      stable: { version: stable },
      canary: { version: canary },
      steps: [0, 10, 25, 50, 100],
    },
    [`${name}:step`]: 'baseline',
  };
  await writeNew(
    file,
    stringify({ name: stack, services: usable.map((one) => entryOf(one, manifests, one === released)) }),
  );
  await writeNew(stackFile, stringify({ config }));
  const todo = open(found, released);
  const files = [relative(cwd, file), relative(cwd, stackFile)];
  const next = [`npm run --silent render -- --stack ${stack} --step 10`];
  return {
    result: {
      outcome: 'done',
      summary: `${files.join(' and ')} written: ${called.length} of ${found.length} workloads, ${released.service} is released`,
      next,
    },
    data: { files, services: usable.map(({ service }) => service), released: released.service, open: todo },
    text: () =>
      ['Could not be told from the manifests:', ...todo.map((line) => `  - ${line}`), ''].join('\n'),
  };
}
