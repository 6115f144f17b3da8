import { z } from 'zod';
import {
  examine,
  failure,
  isMap,
  joinPath,
  serviceNameFinding,
  success,
  type Problem,
  type Result,
} from '../validation';
import type { Release, RoutePolicy } from './model';
import { policyExamples, policyProblems, routePolicyShape } from './policySchema';
import { releaseExamples, releaseProblems, releaseSchema, type PartialRelease } from './releaseSchema';

interface Part {
  readonly problems: readonly Problem[];
  readonly service: string | undefined;
  readonly value: Release | undefined;
}

function readRelease(raw: unknown, path: string): Part {
  const { problems, value, sound } = examine(releaseSchema, raw, path, releaseExamples);
  // What the schema took out is missing here, which is what the Partial types say.
  const rest: PartialRelease = isMap(sound) ? sound : {};
  return {
    problems: [...problems, ...releaseProblems(rest, path)],
    service: rest.service,
    // The rules of a match leave exactly the shapes of RequestMatch; the schema's type is wider.
    value: value as Release | undefined,
  };
}

/**
 * Reads what a user wrote under `bookinfo:release`: one release, or a list of them.
 *
 * @param path How the place is called in problems, such as `bookinfo:release`.
 */
export function parseReleases(raw: unknown, path: string): Result<readonly Release[]> {
  if (raw === undefined || raw === null) {
    return failure([
      {
        path,
        problem: 'is missing',
        remedy: 'add a release with service, stable, canary and steps, or an empty list for none',
      },
    ]);
  }
  const parts = Array.isArray(raw)
    ? raw.map((entry: unknown, index) => readRelease(entry, joinPath(path, [index])))
    : [readRelease(raw, path)];
  const services = parts.map(({ service }) => service);
  const twice = services.flatMap((service, index): Problem[] =>
    service !== undefined && services.indexOf(service) < index
      ? [
          {
            path: joinPath(path, [index, 'service']),
            problem: `is ${service}, which has a release already (${joinPath(path, [services.indexOf(service)])})`,
            remedy: 'keep one release for each service',
          },
        ]
      : [],
  );
  const problems = [...parts.flatMap((part) => part.problems), ...twice];
  return problems.length > 0
    ? failure(problems)
    : success(parts.flatMap(({ value }) => (value === undefined ? [] : [value])));
}

/** The shape of the route policies of services that are not under release. */
export const routePoliciesSchema = z.record(z.string(), z.strictObject(routePolicyShape));

/**
 * Reads the route policies of services that are not under release: a map from the service's name.
 *
 * @param releases A service listed there keeps its time-outs and drills in its release, so it is refused here.
 */
export function parseRoutePolicies(
  raw: unknown,
  path: string,
  releases: readonly Release[] = [],
): Result<Readonly<Record<string, RoutePolicy>>> {
  const { problems, value, sound } = examine(routePoliciesSchema, raw ?? {}, path, policyExamples);
  const more = Object.entries(isMap(sound) ? sound : {}).flatMap(([service, policy]): Problem[] => {
    const place = joinPath(path, [service]);
    const found: Problem[] = [];
    const finding = serviceNameFinding(service, 'ratings');
    if (finding !== undefined) found.push({ path: place, problem: finding[0], remedy: finding[1] });
    if (releases.some((release) => release.service === service)) {
      found.push({
        path: place,
        problem: `is for ${service}, which is under release`,
        remedy: `move its time-outs, limits and drills into the release of ${service}`,
      });
    }
    return [...found, ...policyProblems(isMap(policy) ? policy : {}, place)];
  });
  const all = [...problems, ...more];
  return all.length > 0 ? failure(all) : success(value as Readonly<Record<string, RoutePolicy>>);
}
