import { accountsNamespaceOf } from '../../components/access/pure';
import {
  completeRelease,
  entryPage,
  findEntry,
  findService,
  readApplication,
  resolveVersion,
  withRouting,
  type Application,
} from '../../components/application/pure';
import {
  activeDrills,
  expiredDrills,
  parseOverride,
  parseReleases,
  parseRoutePolicies,
  parseStep,
  type RoutePolicy,
} from '../../components/canary';
import { examine, ProblemsError, type Problem, type Result } from '../../components/validation';
import { applicationProblems, imageProblems, placedPolicies, podProblems, releasePath } from './application';
import { layerProblems } from './layerRules';
import { edgeNamespaceOf, namespaceProblems } from './namespaces';
import { readParts } from './parts';
import { KEY_PREFIX, type RawConfig } from './raw';
import { examples, schemaFor, type RawSettings } from './schema';
import { layers, type Layer, type Settings } from './settings';

const at = (key: string): string => `${KEY_PREFIX}${key}`;

/** Where the application is reached when the gateway answers to every host: the gateway's Service, from inside of the cluster. */
const INGRESS_SERVICE = 'istio-ingressgateway.istio-system.svc.cluster.local';

/** Collects the problems of one part and goes on with a stand-in, so that the next part is read as well. */
class Findings {
  readonly problems: Problem[] = [];

  take<T>(result: Result<T>, otherwise: T): T {
    if (result.ok) return result.value;
    this.problems.push(...result.problems);
    return otherwise;
  }
}

function versionsBy(application: Application, raw: Partial<RawSettings>): Settings['versionOf'] {
  return (service, choice) => {
    const spec = findService(application, service);
    // Services and images were checked before anything asks.
    if (spec === undefined) throw new Error(`${service} is no service of ${application.name}`);
    return resolveVersion(application, spec, choice, raw);
  };
}

function entryUrl(application: Application, hosts: readonly string[]): string {
  const named = hosts.find((host) => host !== '*');
  const entry = findEntry(application)?.entry;
  return `http://${named ?? INGRESS_SERVICE}${entry === undefined ? '' : entryPage(entry)}`;
}

function readRelease(raw: Partial<RawSettings>, releasing: boolean, findings: Findings) {
  const given = raw.release !== undefined;
  const releases =
    given || releasing ? findings.take(parseReleases(raw.release, at('release')), undefined) : [];
  if (releases === undefined) return { releases: [], steps: {}, override: undefined };
  // Another stack takes the steps; here the release only says whose Deployments to leave alone.
  if (!releasing) return { releases, steps: {}, override: undefined };
  return {
    releases,
    steps: findings.take(parseStep(raw.step, releases, at('step')), {}),
    override:
      raw.override === undefined
        ? undefined
        : findings.take(parseOverride(raw.override, releases, at('override')), undefined),
  };
}

/** DataKit without a token sends nothing anywhere, and a token without DataKit is a secret kept for nobody. */
function tokenProblems({ values, secrets = [] }: RawConfig): Problem[] {
  const [datakit, token] = [values['datakit'] !== undefined, secrets.includes('datakitToken')];
  if (datakit === token) return [];
  const key = at('datakitToken');
  return [
    datakit
      ? {
          path: key,
          problem: `is missing, and ${at('datakit')} needs it`,
          remedy: `copy the token of the workspace and set it with pulumi config set --secret ${key}`,
        }
      : {
          path: key,
          problem: `is set without ${at('datakit')}`,
          remedy: `remove it, or add ${at('datakit')}`,
        },
  ];
}

/** A key that is stored as a secret is told once, as that; its value being hidden makes it neither missing nor wrong. */
const withoutWithheld = (problems: readonly Problem[], { withheld = [] }: RawConfig): Problem[] =>
  problems.filter(({ path }) => !withheld.some((key) => new RegExp(`^${at(key)}(?![\\w-])`).test(path)));

/**
 * Reads a stack's config.
 *
 * @param stack The stack's name, the default of `environment`.
 * @param options.now What the ends of drills are held against.
 * @param options.projectDir Where the folder of Pulumi.yaml is looked for, upwards. Default: where the program runs.
 * @throws ProblemsError with everything that is wrong, not only the first thing. A drill that is over is no reason by
 *   itself: whether it is one depends on the move (`refuseOverdueDrills`).
 */
export function readSettings(
  config: RawConfig,
  stack: string,
  { now = new Date(), projectDir }: { readonly now?: Date; readonly projectDir?: string } = {},
): Settings {
  const findings = new Findings();
  const { application: file, namespace } = config.values;
  const table = readApplication(
    file,
    at('application'),
    projectDir,
    typeof namespace === 'string' ? namespace : undefined,
  );
  // All that follows is held against it.
  if (!table.ok) throw new ProblemsError(`Config of stack ${stack}`, [...config.problems, ...table.problems]);
  const application = table.value;
  const examined = examine(schemaFor(application), config.values, '', examples);
  findings.problems.push(
    ...examined.problems.map((problem) => ({ ...problem, path: problem.path.replace(/^\.?/, KEY_PREFIX) })),
  );
  // What the schema found wrong is missing here; everything else can still be checked.
  const raw = (examined.value ?? examined.sound ?? {}) as Partial<RawSettings>;
  const listed = (Array.isArray(raw.layers) ? raw.layers : []).filter((layer): layer is Layer =>
    (layers as readonly unknown[]).includes(layer),
  );
  if (listed.length > 0) {
    const secrets = Object.fromEntries((config.secrets ?? []).map((key) => [key, true]));
    findings.problems.push(...layerProblems({ ...config.values, ...secrets, layers: listed }, KEY_PREFIX));
  }
  const environment = raw.environment ?? stack;
  const { parts, problems: partProblems } = readParts(
    config.values,
    at,
    environment,
    application,
    process.env,
  );
  findings.problems.push(...partProblems, ...tokenProblems(config));
  const { releases, steps, override } = readRelease(raw, listed.includes('release'), findings);
  const routePolicies = findings.take(
    parseRoutePolicies(raw.routePolicies, at('routePolicies'), releases),
    {},
  );
  const pathOf = (index: number) => releasePath(at('release'), index, Array.isArray(raw.release));
  const hasImage = (service: string, version: string) => raw.images?.[`${service}-${version}`] !== undefined;
  findings.problems.push(
    ...applicationProblems(application, releases, pathOf, routePolicies, at('routePolicies'), hasImage),
    ...imageProblems(application, releases, listed.includes('application'), hasImage, at('images')),
  );
  // Where another stack has the routes of a release, its drills are that stack's to tell and to end.
  const routed = listed.includes('release') ? releases : [];
  const policies = placedPolicies(routed, pathOf, routePolicies, at('routePolicies'));
  const overdueDrills = expiredDrills(policies, now);
  const accountsNamespace = parts.access && accountsNamespaceOf(parts.access);
  findings.problems.push(
    ...namespaceProblems({ ...raw, accountsNamespace }, config.values, listed, KEY_PREFIX),
  );
  const problems = [...config.problems, ...withoutWithheld(findings.problems, config)];
  const versionOf = versionsBy(application, raw);
  const byRouting = <P extends RoutePolicy>(service: string, policy: P): P =>
    withRouting(application, service, policy);
  // How many pods a version has is known where everything else is sound.
  const completed =
    problems.length > 0
      ? []
      : releases.map((release) => completeRelease(byRouting(release.service, release), application, raw));
  problems.push(...podProblems(application, completed, steps, pathOf));
  if (problems.length > 0)
    throw new ProblemsError(`Config of stack ${stack}`, [...problems, ...overdueDrills]);
  const hosts = raw.hosts ?? ['*'];
  return {
    versionOf,
    imageOf: (service, version) => versionOf(service, { version }).image,
    ...parts,
    layers: listed,
    namespaces: raw.namespaces ?? [],
    podSecurity: raw.podSecurity ?? 'restricted',
    outsideNamespaces: raw.outsideNamespaces ?? [],
    namespace: raw.namespace,
    edgeNamespace: edgeNamespaceOf(raw),
    application,
    project: raw.project ?? application.name,
    environment,
    hosts,
    entryUrl: entryUrl(application, hosts),
    releases: completed,
    steps,
    override,
    routePolicies: Object.fromEntries(
      Object.entries(routePolicies).map(([service, policy]) => [service, byRouting(service, policy)]),
    ),
    drills: activeDrills(
      Object.fromEntries(Object.entries(policies).map(([service, { policy }]) => [service, policy])),
    ),
    overdueDrills,
    sidecarScraping: (raw.sidecarScraping ?? 'annotation') as Settings['sidecarScraping'],
    annotateManifests: raw.sidecarScraping !== undefined && raw.sidecarScraping !== 'none',
  };
}
