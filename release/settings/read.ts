import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import {
  bookinfo,
  readApplication,
  routingProblems,
  withRouting,
  type Application,
} from '../../components/application/pure';
import {
  commandSecretKeys,
  parseOverride,
  parseReleases,
  parseStep,
  type CommandSecretKey,
  type Release,
  type StepOverride,
  type Steps,
} from '../../components/canary/pure';
import {
  isEncrypted,
  isMap,
  labelFinding,
  ProblemsError,
  type Problem,
  type Result,
} from '../../components/validation';
import { gateProblems, resolveGateSettings, type GateSettings } from '../gates';
import { kindOf, metricProblems, resolveMetricSettings, sourceKinds, type MetricSettings } from '../metrics';
import {
  convergenceProblems,
  resolveConvergenceSettings,
  type ConvergenceConfig,
} from './convergenceSettings';
import { lockProblems, resolveLockSettings, type LockSettings } from './lockSettings';
import { notifyProblems, resolveNotifySettings, type NotifySettings } from './notifySettings';
import { plainStackName, type StackPlace } from './stackPlace';

/** What the command's keys of a stack say, every default in place. Still plain data: `connect` makes of it what a command works with. */
interface StackSettings {
  readonly gates: GateSettings;
  /** Where the gate's numbers come from; undefined where the stack names no source: then no step can pass. */
  readonly metrics?: MetricSettings;
  readonly notify: NotifySettings;
  readonly lock: LockSettings;
  readonly convergence: ConvergenceConfig;
}

/** A stack as its config file tells it. */
export interface ReleaseStack extends StackPlace {
  /** The application's namespace. */
  readonly namespace: string;
  /** What the stack is about: Bookinfo, or the table that the file names. */
  readonly application: Application;
  readonly releases: readonly Release[];
  /** The step that the file names, by service. */
  readonly steps: Steps;
  readonly override?: StepOverride;
  /** Whether this very stack installs Istio, so that an update may come before it is there. */
  readonly installsIstio: boolean;
  /** The same for the definitions of the Gateway API. */
  readonly installsGatewayApi: boolean;
  readonly settings: StackSettings;
  /** The command's secrets that the stack has; their values are the engine's to tell. */
  readonly secrets: readonly CommandSecretKey[];
}

/** What the command line says in place of the file. */
export interface SettingsOverrides {
  /** How long a step bakes, such as `5m`. */
  readonly bake?: string;
}

const holdsSecret = (value: unknown): boolean =>
  isEncrypted(value) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(holdsSecret));

/**
 * The values of a stack's file by key, without the project's prefix; nothing is checked.
 * @throws ProblemsError when it is no YAML
 */
export function readConfig({ configFile, project }: StackPlace): Readonly<Record<string, unknown>> {
  let content: unknown;
  try {
    content = parse(readFileSync(configFile, 'utf8'));
  } catch (cause) {
    throw new ProblemsError('Stack', [
      {
        path: configFile,
        problem: `cannot be read: ${(cause as Error).message.split('\n')[0]}`,
        remedy: 'fix the file',
      },
    ]);
  }
  const config = isMap(content) ? content['config'] : undefined;
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(isMap(config) ? config : {}).flatMap(([key, value]) =>
      key.startsWith(prefix)
        ? [[key.slice(prefix.length), value]]
        : // A key without a namespace belongs to the project.
          key.includes(':')
          ? []
          : [[key, value]],
    ),
  );
}

/** A secret belongs in a key of its own, where it is stored encrypted and nowhere printed. */
function secretProblems(values: Readonly<Record<string, unknown>>, at: (key: string) => string): Problem[] {
  const clear = commandSecretKeys
    .filter((key) => values[key] !== undefined && !isEncrypted(values[key]))
    .map((key) => ({
      path: at(key),
      problem: 'is stored in clear, where everyone who reads this repository can take it',
      remedy: `ask for a new one, and set that with pulumi config set --secret ${at(key)}`,
    }));
  const misplaced = ['gates', 'metrics', 'notify', 'releaseLock', 'convergence']
    .filter((key) => holdsSecret(values[key]))
    .map((key) => ({
      path: at(key),
      problem: 'holds a secret',
      remedy: `set it as one of ${commandSecretKeys.map(at).join(', ')}, or name a variable`,
    }));
  return [...clear, ...misplaced];
}

function withBake(gates: unknown, bake: string | undefined): unknown {
  if (bake === undefined) return gates;
  const rest = isMap(gates) ? { ...gates } : {};
  // They were chosen for the other duration; their defaults follow from this one.
  delete rest['longest'];
  delete rest['interval'];
  return { ...rest, bake };
}

/** Queries that the source of metrics cannot be asked. Of settings that are wrong in themselves nothing more is said. */
function queryProblems(
  { gates, metrics }: Readonly<Record<string, unknown>>,
  at: (key: string) => string,
): readonly Problem[] {
  if (gateProblems(gates, '').length > 0 || metrics === undefined || metricProblems(metrics, '').length > 0)
    return [];
  const { name, languages } = kindOf(resolveMetricSettings(metrics, ''));
  const queries = resolveGateSettings(gates).custom.filter((check) => check.kind === 'query');
  return queries
    .filter(({ language }) => !languages.includes(language))
    .map(({ name: query, language }) => ({
      path: `${at('gates')}.queries`,
      problem: `has ${query} in ${language}, which ${name} cannot be asked`,
      remedy:
        languages.length === 0
          ? `read the metrics from one of ${sourceKinds
              .filter((kind) => (kind.languages as readonly string[]).includes(language))
              .map((kind) => kind.name)
              .join(', ')}`
          : `write it in ${languages.join(' or ')}`,
    }));
}

/** What is wrong with the keys of the command itself. `values` are the stack's config by key without prefix. */
export function commandKeyProblems(
  values: Readonly<Record<string, unknown>>,
  at: (key: string) => string,
  { bake }: SettingsOverrides = {},
): readonly Problem[] {
  const gates = gateProblems(withBake(values['gates'], bake), at('gates'));
  return [
    ...gates.map((problem) =>
      bake !== undefined && problem.path === `${at('gates')}.bake` ? { ...problem, path: '--bake' } : problem,
    ),
    ...(values['metrics'] === undefined ? [] : metricProblems(values['metrics'], at('metrics'))),
    ...queryProblems(values, at),
    ...notifyProblems(values['notify'], at('notify')),
    ...lockProblems(values['releaseLock'], at('releaseLock')),
    ...convergenceProblems(values['convergence'], at('convergence')),
    ...secretProblems(values, at),
  ];
}

/** The proxies whose admin ports the metrics are read from; those of the statistics know no routes. */
function adminsOf(metrics: MetricSettings | undefined): { readonly admins?: readonly string[] } | undefined {
  if (metrics?.envoy === undefined) return undefined;
  const { format = 'istio', admins } = metrics.envoy;
  return format === 'istio' ? {} : { admins };
}

function resolve(
  values: Readonly<Record<string, unknown>>,
  stack: string,
  { bake }: SettingsOverrides,
): StackSettings {
  const metrics =
    values['metrics'] === undefined ? undefined : resolveMetricSettings(values['metrics'], 'metrics');
  return {
    gates: resolveGateSettings(withBake(values['gates'], bake)),
    metrics,
    notify: resolveNotifySettings(values['notify']),
    lock: resolveLockSettings(values['releaseLock'], stack),
    convergence: resolveConvergenceSettings(values['convergence'], adminsOf(metrics)),
  };
}

/**
 * Reads what the release command needs of a stack's config file.
 *
 * The rest of the file is the program's to judge; a preview does.
 * @throws ProblemsError with everything that is wrong, each with its place and remedy; never with a secret
 */
export function readReleaseStack(place: StackPlace, overrides: SettingsOverrides = {}): ReleaseStack {
  const values = readConfig(place);
  const at = (key: string) => `${place.project}:${key}`;
  const problems: Problem[] = [];
  const take = <T>(result: Result<T>, otherwise: T): T => {
    if (result.ok) return result.value;
    problems.push(...result.problems);
    return otherwise;
  };
  const layers: unknown = values['layers'];
  const releasing = Array.isArray(layers) && layers.includes('release');
  if (!releasing) {
    problems.push({
      path: at('layers'),
      problem: 'does not list release: this stack takes no steps',
      remedy: 'name the stack that has the release with --stack',
    });
  }
  const { namespace } = values;
  const found = typeof namespace === 'string' ? labelFinding(namespace, 'prod') : undefined;
  if (releasing && (typeof namespace !== 'string' || found !== undefined)) {
    problems.push({
      path: at('namespace'),
      problem: found?.[0] ?? 'is missing',
      remedy: found?.[1] ?? `add it, such as ${at('namespace')}: prod`,
    });
  }
  const application = take(
    readApplication(values['application'], at('application'), place.projectDir),
    bookinfo,
  );
  const read = releasing ? take(parseReleases(values['release'], at('release')), []) : [];
  const releases = read.map((release) => withRouting(application, release.service, release));
  problems.push(
    ...routingProblems(
      application,
      Object.fromEntries(
        releases.map((policy, index) => {
          const path = Array.isArray(values['release']) ? `${at('release')}[${index}]` : at('release');
          return [policy.service, { policy, path }];
        }),
      ),
    ),
  );
  const empty = releasing && problems.length === 0 && releases.length === 0;
  if (empty) {
    problems.push({
      path: at('release'),
      problem: 'lists no release',
      remedy: 'add one with service, stable, canary and steps',
    });
  }
  const steps: Steps = releases.length > 0 ? take(parseStep(values['step'], releases, at('step')), {}) : {};
  const override =
    values['override'] === undefined || releases.length === 0
      ? undefined
      : take(parseOverride(values['override'], releases, at('override')), undefined);
  problems.push(...commandKeyProblems(values, at, overrides));
  if (problems.length > 0)
    throw new ProblemsError(`Config of stack ${plainStackName(place.stack)}`, problems);
  return {
    ...place,
    namespace: String(namespace),
    application,
    releases,
    steps,
    override,
    installsIstio: values['istio'] !== undefined,
    installsGatewayApi: values['gatewayApi'] !== undefined,
    settings: resolve(values, plainStackName(place.stack), overrides),
    secrets: commandSecretKeys.filter((key) => values[key] !== undefined),
  };
}

/**
 * The release that is meant: the only one, or the one of the service named.
 * @throws ProblemsError when it is not clear which
 */
export function releaseOf(stack: Pick<ReleaseStack, 'releases' | 'project'>, service?: string): Release {
  const names = stack.releases.map((release) => release.service);
  const found =
    service === undefined && stack.releases.length === 1
      ? stack.releases[0]
      : stack.releases.find((release) => release.service === service);
  if (found !== undefined) return found;
  throw new ProblemsError('Command line', [
    service === undefined
      ? {
          path: '--service',
          problem: `is missing, and ${names.length} services are under release`,
          remedy: `name one of ${names.join(', ')}`,
        }
      : {
          path: '--service',
          problem: `is ${service}, which has no release`,
          remedy: `name one of ${names.join(', ')}`,
        },
  ]);
}
