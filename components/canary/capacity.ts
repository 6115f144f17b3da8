import { z } from 'zod';
import { joinPath, rule, type Finding, type Problem } from '../validation';
import type { AppliedRelease, Release, Step, VersionRef } from './model';
import { planStep } from './plan';

const MOST_PODS = 10_000;

const capacityFinding = (value: string | number): Finding | undefined => {
  if (value === 'full' || value === 'weight') return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_PODS)
    return undefined;
  return [
    `is ${JSON.stringify(value)}, neither full, weight nor a number of pods from 1 to ${MOST_PODS}`,
    'write full for all pods of the version, weight for its share of them, or a number such as 2',
  ];
};

/** How many pods the versions have at a step, by the keys of a release. */
export const capacityShape = {
  canaryCapacity: rule(z.union([z.string(), z.number()]), capacityFinding)
    .optional()
    .describe(
      "Pods of the canary on its way: `full`, all of its own; `weight`, its weight's share of the stable version's, rounded up; or a number. Default `full`.",
    ),
  stableCapacity: rule(z.string(), (value) =>
    value === 'full' || value === 'weight'
      ? undefined
      : [
          `is ${JSON.stringify(value)}, neither full nor weight`,
          'write full to keep all of its pods until the release has finished, or weight',
        ],
  )
    .meta({ enum: ['full', 'weight'] })
    .optional()
    .describe(
      'Pods of the stable version on the way: `full`, all of them until `finished`, so that a rollback waits for none; or `weight`, the share that it still carries. Default `full`.',
    ),
};

/** Pods that carry a share of what all pods carry: whole ones, and never none, for a version without pods is not ready. */
const carrying = (pods: number, percent: number): number => Math.max(1, Math.ceil((pods * percent) / 100));

/** What of the requests, per cent, a version gets: by weight, or as copies. */
function percentAt(release: Release, step: Step, version: string): number {
  const weight = planStep(release, step).weights.find((one) => one.version === version)?.weight ?? 0;
  const copied = step === 0 && version === release.canary.version ? (release.mirror?.percent ?? 0) : 0;
  return Math.max(weight, copied);
}

/** What is left of the step before: the proxies still send that until the routes have moved. */
const percentBefore = (last: AppliedRelease | undefined, { version }: VersionRef): number =>
  last?.weights[version] ?? 0;

function sized(
  ref: VersionRef,
  wanted: Release['canaryCapacity'],
  stablePods: number,
  percents: { readonly now: number; readonly before: number },
): VersionRef {
  if (ref.replicas === undefined || wanted === undefined || wanted === 'full') return ref;
  const serving = carrying(stablePods, percents.before);
  const replicas =
    wanted === 'weight'
      ? carrying(stablePods, Math.max(percents.now, percents.before))
      : Math.max(wanted, serving);
  return { ...ref, replicas };
}

/**
 * The versions that run at a step with the pods that each has there.
 *
 * Pods are added in the update that moves the weight, before the routes move, which wait for the Deployment. They are taken
 * away by the next update only: in one update the Deployment would be scaled down before the routes have left it.
 *
 * @param last What the stack remembers of the release: what its pods are serving now.
 */
export function deploymentsAt(
  release: Release,
  step: Step,
  last: AppliedRelease | undefined,
): readonly VersionRef[] {
  const { canary, canaryCapacity, stable, stableCapacity } = release;
  const { deployments } = planStep(release, step);
  const pods = stable.replicas;
  // With one version left, it has all of its own pods.
  if (deployments.length === 1 || pods === undefined) return deployments;
  const percents = (ref: VersionRef) => ({
    now: percentAt(release, step, ref.version),
    before: percentBefore(last, ref),
  });
  return [
    sized(stable, stableCapacity, pods, percents(stable)),
    sized(canary, canaryCapacity, pods, percents(canary)),
  ];
}

/** What is said of pods where something else decides on them. @param owner Such as `an autoscaler` */
export function unsizedProblems(
  release: Pick<Release, 'canaryCapacity' | 'stableCapacity' | 'service'>,
  owner: string,
  path: string,
): Problem[] {
  return (['canaryCapacity', 'stableCapacity'] as const).flatMap((key) =>
    release[key] === undefined
      ? []
      : [
          {
            path: joinPath(path, [key]),
            problem: `is set, and the pods of ${release.service} are numbered by ${owner}`,
            remedy: 'remove it',
          },
        ],
  );
}

/**
 * A step whose canary could not carry its share, by the pods that the stable version needs for all of it. Asked only where
 * the release says how many pods the canary has.
 */
export function capacityProblems(release: Release, step: Step, path: string): Problem[] {
  const { canary, canaryCapacity, stable } = release;
  if (canaryCapacity === undefined || canaryCapacity === 'weight' || typeof step !== 'number') return [];
  const has = canaryCapacity === 'full' ? canary.replicas : canaryCapacity;
  if (stable.replicas === undefined || typeof has !== 'number') return [];
  const needed = carrying(stable.replicas, percentAt(release, step, canary.version));
  if (has >= needed) return [];
  return [
    {
      path: joinPath(path, canaryCapacity === 'full' ? ['canary', 'replicas'] : ['canaryCapacity']),
      problem: `is ${has}, and step ${step} needs ${needed} pods: its share of the ${stable.replicas} that ${stable.version} has`,
      remedy: `write ${needed}, or canaryCapacity: weight`,
    },
  ];
}
