import { bookinfoImage } from '../../components/bookinfo';
import {
  activeDrills,
  expiredDrills,
  parseOverride,
  parseReleases,
  parseRoutePolicies,
  parseStep,
  type Release,
  type VersionRef,
} from '../../components/canary';
import type { SidecarScraping } from '../../components/datakit/pure';
import { examine, ProblemsError, type Problem, type Result } from '../../components/validation';
import { applicationProblems, placedPolicies, releasePath } from './application';
import { layerProblems } from './layerRules';
import { edgeNamespaceOf, namespaceProblems } from './namespaces';
import { readParts } from './parts';
import { KEY_PREFIX, type RawConfig } from './raw';
import { examples, schema, type RawSettings } from './schema';
import { layers, type Layer, type Settings } from './settings';

const at = (key: string): string => `${KEY_PREFIX}${key}`;

/** Where productpage is reached when the gateway answers to every host: its Service, from inside of the cluster. */
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

function imagesBy(raw: Partial<RawSettings>): Settings['imageOf'] {
  return (service, version) =>
    raw.images?.[`${service}-${version}`] ?? bookinfoImage(service, version, raw.imageTag);
}

/**
 * Fills in what a release leaves to the application, so that the stack remembers what really ran: a tag that changes
 * in the middle of a release is then seen for what it is.
 */
function complete(release: Release, settings: Pick<Settings, 'imageOf' | 'replicas'>): Release {
  const { service } = release;
  const filled = (ref: VersionRef): VersionRef => ({
    version: ref.version,
    image: ref.image ?? settings.imageOf(service, ref.version),
    replicas: ref.replicas ?? settings.replicas[service] ?? 1,
  });
  return { ...release, stable: filled(release.stable), canary: filled(release.canary) };
}

function productpageUrl(hosts: readonly string[]): string {
  const named = hosts.find((host) => host !== '*');
  return `http://${named ?? INGRESS_SERVICE}/productpage`;
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
 * @param now What the ends of drills are held against.
 * @throws ProblemsError with everything that is wrong, not only the first thing. A drill that is over is no reason by
 *   itself: whether it is one depends on the move (`refuseOverdueDrills`).
 */
export function readSettings(config: RawConfig, stack: string, now = new Date()): Settings {
  const findings = new Findings();
  const examined = examine(schema, config.values, '', examples);
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
  const { parts, problems: partProblems } = readParts(config.values, at, environment, process.env);
  findings.problems.push(...partProblems, ...tokenProblems(config));
  const { releases, steps, override } = readRelease(raw, listed.includes('release'), findings);
  const routePolicies = findings.take(
    parseRoutePolicies(raw.routePolicies, at('routePolicies'), releases),
    {},
  );
  const pathOf = (index: number) => releasePath(at('release'), index, Array.isArray(raw.release));
  findings.problems.push(
    ...applicationProblems(
      releases,
      pathOf,
      routePolicies,
      at('routePolicies'),
      (service, version) => raw.images?.[`${service}-${version}`] !== undefined,
    ),
  );
  // Where another stack has the routes of a release, its drills are that stack's to tell and to end.
  const routed = listed.includes('release') ? releases : [];
  const policies = placedPolicies(routed, pathOf, routePolicies, at('routePolicies'));
  const overdueDrills = expiredDrills(policies, now);
  findings.problems.push(...namespaceProblems(raw, config.values, listed, KEY_PREFIX));
  const problems = [...config.problems, ...withoutWithheld(findings.problems, config)];
  if (problems.length > 0)
    throw new ProblemsError(`Config of stack ${stack}`, [...problems, ...overdueDrills]);
  const hosts = raw.hosts ?? ['*'];
  const filling = { imageOf: imagesBy(raw), replicas: raw.replicas ?? {} };
  return {
    ...filling,
    ...parts,
    layers: listed,
    namespaces: raw.namespaces ?? [],
    outsideNamespaces: raw.outsideNamespaces ?? [],
    namespace: raw.namespace,
    edgeNamespace: edgeNamespaceOf(raw),
    project: raw.project ?? 'bookinfo',
    environment,
    hosts,
    productpageUrl: productpageUrl(hosts),
    releases: releases.map((release) => complete(release, filling)),
    steps,
    override,
    routePolicies,
    drills: activeDrills(
      Object.fromEntries(Object.entries(policies).map(([service, { policy }]) => [service, policy])),
    ),
    overdueDrills,
    sidecarScraping: (raw.sidecarScraping ?? 'annotation') as SidecarScraping,
  };
}
