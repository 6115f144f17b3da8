import * as pulumi from '@pulumi/pulumi';
import { takesBack } from '../../components/canary';
import { ProblemsError } from '../../components/validation';
import type { Settings } from '../config';
import type { AppliedReleases } from '../../components/remembered';

/** Whether this update gives traffic back to a stable version and takes no other step forward. */
function isRollback(settings: Settings, applied: AppliedReleases): boolean {
  const moved = settings.releases.filter(
    ({ service }) => applied[service]?.step !== String(settings.steps[service]),
  );
  return (
    moved.length > 0 &&
    moved.every((release) => {
      const step = settings.steps[release.service];
      return step !== undefined && takesBack(applied[release.service], { release, step });
    })
  );
}

/**
 * Refuses an update that would leave a drill on beyond its end, but for a rollback: who has to get out must not be made to
 * edit something else first, and is told of it instead.
 *
 * @throws ProblemsError
 */
export function refuseOverdueDrills(settings: Settings, applied: AppliedReleases): void {
  const { overdueDrills } = settings;
  if (overdueDrills.length === 0) return;
  if (!isRollback(settings, applied)) throw new ProblemsError('Drills', overdueDrills);
  for (const { path, problem, remedy } of overdueDrills) {
    void pulumi.log.warn(`${path} ${problem}; a rollback is not held up by it (remedy: ${remedy})`);
  }
}
