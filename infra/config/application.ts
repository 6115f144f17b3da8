import {
  callGraph,
  findService,
  isAutoscaled,
  isTableService,
  routingProblems,
  type Application,
} from '../../components/application/pure';
import {
  capacityProblems,
  checkTimeouts,
  type PlacedPolicy,
  type Release,
  type RoutePolicy,
  type Step,
  type VersionRef,
  unsizedProblems,
} from '../../components/canary';
import { didYouMean, joinPath, type Problem } from '../../components/validation';

/** Where the release of that index stands in the config: alone, or in a list. */
export const releasePath = (path: string, index: number, isList: boolean): string =>
  isList ? joinPath(path, [index]) : path;

function unknownService(application: Application, service: string, path: string): Problem {
  const serviceNames = application.services.map(({ name }) => name);
  return {
    path,
    problem: `is for ${service}, which is no service of ${application.name}`,
    remedy: didYouMean(service, serviceNames, `name one of ${serviceNames.join(', ')}`),
  };
}

/** A version that the application's table does not have can run, but only from an image that is named. */
function versionProblems(
  application: Application,
  service: string,
  versions: readonly string[],
  ref: VersionRef,
  hasImage: (service: string, version: string) => boolean,
  path: string,
): Problem[] {
  if (ref.image !== undefined || hasImage(service, ref.version)) return [];
  if (versions.includes(ref.version)) return [];
  return [
    {
      path: `${path}.version`,
      problem: `is ${ref.version}, which ${application.name} has no image of (it has ${versions.join(', ')})`,
      remedy: `name its image in ${path}.image, or use one of ${versions.join(', ')}`,
    },
  ];
}

/**
 * Versions that run and that neither the table nor the config has an image for.
 * @param all Whether all services run by this stack, or those under release alone.
 */
export function imageProblems(
  application: Application,
  releases: readonly Release[],
  all: boolean,
  hasImage: (service: string, version: string) => boolean,
  path: string,
): Problem[] {
  if (application.image !== undefined) return [];
  const named = (service: string, version: string) => {
    const ref = releases
      .filter((release) => release.service === service)
      .flatMap(({ stable, canary }) => [stable, canary])
      .find((each) => each.version === version);
    return ref?.image !== undefined || hasImage(service, version);
  };
  const runs = application.services.filter(isTableService).flatMap(({ name, versions, overrides = {} }) => {
    const release = releases.find(({ service }) => service === name);
    const running =
      release === undefined ? (all ? versions : []) : [release.stable.version, release.canary.version];
    return running
      .filter((version) => overrides[version]?.image === undefined && !named(name, version))
      .map((version) => `${name}-${version}`);
  });
  return runs.map((name) => ({
    path: joinPath(path, [name]),
    problem: `is missing, and the table of ${application.name} names no images`,
    remedy: `add it, such as registry.example.com/${name}:1.0.0, or add image to the table`,
  }));
}

/** How calls to each service are routed, by its own policy or by its release, and where that is written. */
export const placedPolicies = (
  releases: readonly Release[],
  pathOf: (index: number) => string,
  routePolicies: Readonly<Record<string, RoutePolicy>>,
  policiesPath: string,
): Readonly<Record<string, PlacedPolicy>> =>
  Object.fromEntries([
    ...Object.entries(routePolicies).map(
      ([service, policy]) => [service, { policy, path: joinPath(policiesPath, [service]) }] as const,
    ),
    ...releases.map((release, index) => [release.service, { policy: release, path: pathOf(index) }] as const),
  ]);

/** What a release or a route policy says about services and versions, held against the application's table. */
export function applicationProblems(
  application: Application,
  releases: readonly Release[],
  pathOf: (index: number) => string,
  routePolicies: Readonly<Record<string, RoutePolicy>>,
  policiesPath: string,
  hasImage: (service: string, version: string) => boolean,
): Problem[] {
  const inReleases = releases.flatMap((release, index) => {
    const path = pathOf(index);
    const spec = findService(application, release.service);
    if (spec === undefined) return [unknownService(application, release.service, `${path}.service`)];
    return (['stable', 'canary'] as const).flatMap((part) =>
      versionProblems(application, spec.name, spec.versions, release[part], hasImage, `${path}.${part}`),
    );
  });
  const inPolicies = Object.keys(routePolicies)
    .filter((service) => findService(application, service) === undefined)
    .map((service) => unknownService(application, service, joinPath(policiesPath, [service])));
  const placed = placedPolicies(releases, pathOf, routePolicies, policiesPath);
  const running = Object.fromEntries(
    releases.map(({ service, stable, canary }) => [service, [stable.version, canary.version]]),
  );
  return [
    ...inReleases,
    ...inPolicies,
    ...checkTimeouts(callGraph(application, running), placed),
    ...routingProblems(application, placed),
  ];
}

/** Releases whose pods something else numbers, and steps whose canary has too few of them. */
export function podProblems(
  application: Application,
  releases: readonly Release[],
  steps: Readonly<Record<string, Step>>,
  pathOf: (index: number) => string,
): Problem[] {
  return releases.flatMap((release, index) => {
    const spec = findService(application, release.service);
    const path = pathOf(index);
    if (spec === undefined) return [];
    if ('existing' in spec) return unsizedProblems(release, 'whoever runs it', path);
    if (isAutoscaled(spec)) return unsizedProblems(release, 'an autoscaler', path);
    const step = steps[release.service];
    return step === undefined ? [] : capacityProblems(release, step, path);
  });
}
