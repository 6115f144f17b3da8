import { bookinfo, callGraph, findService } from '../../components/bookinfo';
import {
  checkTimeouts,
  type PlacedPolicy,
  type Release,
  type RoutePolicy,
  type VersionRef,
} from '../../components/canary';
import { didYouMean, joinPath, type Problem } from '../../components/validation';

const serviceNames = bookinfo.services.map(({ name }) => name);

/** Where the release of that index stands in the config: alone, or in a list. */
export const releasePath = (path: string, index: number, isList: boolean): string =>
  isList ? joinPath(path, [index]) : path;

function unknownService(service: string, path: string): Problem {
  return {
    path,
    problem: `is for ${service}, which is no service of ${bookinfo.name}`,
    remedy: didYouMean(service, serviceNames, `name one of ${serviceNames.join(', ')}`),
  };
}

/** A version that the application's table does not have can run, but only from an image that is named. */
function versionProblems(
  service: string,
  versions: readonly string[],
  ref: VersionRef,
  hasImage: (service: string, version: string) => boolean,
  path: string,
): Problem[] {
  if (versions.includes(ref.version) || ref.image !== undefined || hasImage(service, ref.version)) return [];
  return [
    {
      path: `${path}.version`,
      problem: `is ${ref.version}, which ${bookinfo.name} has no image of (it has ${versions.join(', ')})`,
      remedy: `name its image in ${path}.image, or use one of ${versions.join(', ')}`,
    },
  ];
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
  releases: readonly Release[],
  pathOf: (index: number) => string,
  routePolicies: Readonly<Record<string, RoutePolicy>>,
  policiesPath: string,
  hasImage: (service: string, version: string) => boolean,
): Problem[] {
  const inReleases = releases.flatMap((release, index) => {
    const path = pathOf(index);
    const spec = findService(bookinfo, release.service);
    if (spec === undefined) return [unknownService(release.service, `${path}.service`)];
    return (['stable', 'canary'] as const).flatMap((part) =>
      versionProblems(spec.name, spec.versions, release[part], hasImage, `${path}.${part}`),
    );
  });
  const inPolicies = Object.keys(routePolicies)
    .filter((service) => !serviceNames.includes(service))
    .map((service) => unknownService(service, joinPath(policiesPath, [service])));
  const placed = placedPolicies(releases, pathOf, routePolicies, policiesPath);
  const running = Object.fromEntries(
    releases.map(({ service, stable, canary }) => [service, [stable.version, canary.version]]),
  );
  return [...inReleases, ...inPolicies, ...checkTimeouts(callGraph(bookinfo, running), placed)];
}
