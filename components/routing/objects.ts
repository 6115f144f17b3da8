import { planStep, type Release, type Step } from '../canary';
import { given } from './manifest';
import type { Role, RoutingPlace } from './router';
import { routerOf, routers } from './registry';

/** An object of a release's routes, by its name. */
export interface RoutingName {
  readonly role: Role;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Fields of the spec that the API server makes up. */
  readonly filledIn?: readonly string[];
}

/** One of these has every object that a release has at any step: both versions alone, and both together. */
const tellingSteps: readonly Step[] = [0, 'baseline', 'finished'];

/** Every object that the routes of a release are made of, whatever the step, each once. */
export function routingNames(release: Release, place: RoutingPlace = {}): readonly RoutingName[] {
  const router = routerOf(release);
  const names = tellingSteps
    .flatMap((step) => router.render(planStep(release, step), release, place))
    .map(({ role, manifest: { apiVersion, kind, metadata } }): RoutingName => {
      const { filledIn } = router.kinds.find((known) => known.kind === kind) ?? {};
      return { role, apiVersion, kind, name: metadata.name, ...given('filledIn', filledIn) };
    });
  return names.filter(
    ({ kind, name }, at) => names.findIndex((other) => other.kind === kind && other.name === name) === at,
  );
}

/** The groups and versions that a cluster has to serve for the routes of a release, beside Kubernetes' own. */
export const neededApis = (release: Pick<Release, 'routing'>): readonly string[] => [
  ...new Set(
    routerOf(release)
      .kinds.map(({ apiVersion }) => apiVersion)
      .filter((apiVersion) => apiVersion.includes('/')),
  ),
];

/** The name of the object that a step of a release changes. */
export function weightsName(release: Release, place: RoutingPlace = {}): RoutingName {
  const found = routingNames(release, place).find(({ role }) => role === 'weights');
  if (found === undefined) throw new Error('a router that renders no weights');
  return found;
}

/** The type token that the engine's Kubernetes provider gives a kind. Kubernetes' first group has a name there alone. */
export const typeOf = ({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): string => `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;

/**
 * The versions that an object in the engine's state sends requests to; none where it is not the weights of this service by
 * any router: a service may have been moved from one to another.
 */
export function versionsRoutedBy(
  { type, name, spec }: { readonly type?: string; readonly name?: string; readonly spec?: unknown },
  service: string,
): readonly string[] {
  return Object.values(routers).flatMap((router) => {
    const isWeights = router.kinds.some(
      (kind) =>
        kind.role === 'weights' &&
        typeOf(kind) === type &&
        kind.suffixes.some((suffix) => name === `${service}${suffix}`),
    );
    return isWeights ? router.mentionedIn(spec) : [];
  });
}
