import type { Release, Step, VersionRef } from './model';

/**
 * Where a release stands, without the names of its ends: `finished` with canary v2 and `baseline` with stable v2 are
 * the same objects, so they are the same place.
 */
export type Place =
  | { readonly only: VersionRef }
  | { readonly weight: number; readonly stable: VersionRef; readonly canary: VersionRef };

export function placeOf(step: Step, release: Pick<Release, 'stable' | 'canary'>): Place {
  if (step === 'baseline') return { only: release.stable };
  if (step === 'finished') return { only: release.canary };
  return { weight: step, stable: release.stable, canary: release.canary };
}

const same = (a: VersionRef, b: VersionRef): boolean =>
  a.version === b.version && a.image === b.image && a.template === b.template;

const named = ({ version, image, template }: VersionRef): string => {
  const parts = [image, template && `pod template ${template}`].filter((part) => part !== undefined);
  return parts.length === 0 ? version : `${version} (${parts.join(', ')})`;
};

/** The next listed weight above one; the list need not be sorted. */
export const stepAbove = (steps: readonly number[], weight: number): number | undefined =>
  steps.filter((step) => step > weight).sort((a, b) => a - b)[0];

/** What the state machine has against a move, and which key of the config it is about. */
export interface Refusal {
  readonly at: 'step' | 'stable' | 'canary';
  readonly problem: string;
  readonly remedy: string;
}

/** From one version only to one version only: the same version, possibly from another image. */
function stayOnOne(from: VersionRef, to: VersionRef, step: Step): Refusal[] {
  if (from.version === to.version) return [];
  return [
    {
      at: step === 'finished' ? 'step' : 'stable',
      problem: `replaces ${from.version} by ${to.version} in one update, without a release`,
      remedy: `keep stable at ${from.version}, name ${to.version} as the canary and begin at step 0`,
    },
  ];
}

function startRelease(from: VersionRef, to: Extract<Place, { weight: number }>): Refusal[] {
  if (from.version !== to.stable.version) {
    return [
      {
        at: 'stable',
        problem: `is ${named(to.stable)}, but ${from.version} alone has all traffic now`,
        remedy: `name ${from.version} as the stable version; to go back to an older one, release it as the canary`,
      },
    ];
  }
  if (!same(from, to.stable)) {
    return [
      {
        at: 'stable',
        problem: `is ${named(to.stable)}, but ${named(from)} is applied`,
        remedy: 'change the stable image at baseline, in an update of its own, before step 0',
      },
    ];
  }
  if (to.weight === 0) return [];
  return [{ at: 'step', problem: `goes from baseline to ${to.weight}`, remedy: 'go to 0 first' }];
}

function endRelease(from: Extract<Place, { weight: number }>, to: VersionRef, step: Step): Refusal[] {
  const end = from.weight === 0 ? from.stable : from.weight === 100 ? from.canary : undefined;
  if (end !== undefined && end.version === to.version) {
    return same(end, to)
      ? []
      : [
          {
            at: step === 'finished' ? 'canary' : 'stable',
            problem: `is ${named(to)}, but ${named(end)} is applied`,
            remedy: 'take this step with the applied image, then change the image in an update of its own',
          },
        ];
  }
  const leavesStable = to.version === from.stable.version;
  return [
    {
      at: 'step',
      problem: `is ${step}, which leaves only ${to.version}, while ${from.canary.version} has ${from.weight} % of the traffic`,
      remedy: leavesStable ? 'go to 0 first, then to baseline' : 'go on to 100 first, then to finished',
    },
  ];
}

function changeWeight(
  from: Extract<Place, { weight: number }>,
  to: Extract<Place, { weight: number }>,
  steps: readonly number[],
): Refusal[] {
  const refusals: Refusal[] = [];
  if (!same(from.stable, to.stable)) {
    refusals.push({
      at: 'stable',
      problem: `changes from ${named(from.stable)} to ${named(to.stable)} in the middle of a release`,
      remedy: `keep ${named(from.stable)}; the stable version may change at baseline only`,
    });
  }
  if (!same(from.canary, to.canary) && (from.weight !== 0 || to.weight !== 0)) {
    refusals.push({
      at: 'canary',
      problem: `changes from ${named(from.canary)} to ${named(to.canary)} at ${from.weight} %`,
      remedy:
        from.weight === 0
          ? 'stay at 0 in the update that names the new canary'
          : `keep ${named(from.canary)} and roll back to 0 first; name the new canary in the next update, at 0`,
    });
  }
  const next = stepAbove(steps, from.weight);
  if (to.weight > from.weight && to.weight !== next) {
    refusals.push({
      at: 'step',
      problem: `goes from ${from.weight} to ${to.weight} and skips ${steps
        .filter((step) => step > from.weight && step < to.weight)
        .join(', ')}`,
      remedy: `go to ${next} first`,
    });
  }
  return refusals;
}

/** What the state machine has against a move; nothing when it is legal. */
export function refusals(last: Place, next: Place, step: Step, steps: readonly number[]): Refusal[] {
  if ('only' in last) {
    return 'only' in next ? stayOnOne(last.only, next.only, step) : startRelease(last.only, next);
  }
  return 'only' in next ? endRelease(last, next.only, step) : changeWeight(last, next, steps);
}
