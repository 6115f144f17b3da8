import * as pulumi from '@pulumi/pulumi';
import {
  checkMove,
  checkRemoval,
  defaultMovePaths,
  moveHazards,
  overrideApplies,
  type Release,
} from '../../components/canary';
import { joinPath, ProblemsError, type Problem } from '../../components/validation';
import { owns, type Settings } from '../config';
import type { AppliedReleases } from '../../components/remembered';

function movePaths(settings: Settings, index: number) {
  const several = settings.releases.length > 1;
  const { service } = settings.releases[index]!;
  return {
    ...defaultMovePaths,
    step: several ? joinPath(defaultMovePaths.step, [service]) : defaultMovePaths.step,
    release: several ? joinPath(defaultMovePaths.release, [index]) : defaultMovePaths.release,
  };
}

const step = (settings: Settings, release: Release) => settings.steps[release.service]!;

/**
 * Refuses every move that the state machine does not allow, in previews and updates alike.
 *
 * A move that an override lets pass is taken with a warning that says what it costs.
 * @throws ProblemsError
 */
export function refuseIllegalMoves(settings: Settings, applied: AppliedReleases): void {
  const releasing = owns(settings, 'release') ? settings.releases : [];
  const problems: Problem[] = releasing.flatMap((release, index) => {
    const target = { release, step: step(settings, release) };
    return checkMove(applied[release.service], target, settings.override, movePaths(settings, index));
  });
  const gone = Object.values(applied).filter(
    (last) => !releasing.some(({ service }) => service === last.service),
  );
  problems.push(...gone.flatMap((last) => checkRemoval(last)));
  if (problems.length > 0) throw new ProblemsError('Move of the release', problems);
  for (const release of releasing) {
    const last = applied[release.service];
    const target = { release, step: step(settings, release) };
    if (!overrideApplies(settings.override, last, target)) continue;
    const hazards = moveHazards(last, target).map(({ problem }) => `; it ${problem}`);
    void pulumi.log.warn(
      `Override: ${release.service} goes from ${last?.step ?? 'none'} to ${target.step}: ${settings.override?.reason}${hazards.join('')}`,
    );
  }
}
