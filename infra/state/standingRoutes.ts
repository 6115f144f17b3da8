import * as pulumi from '@pulumi/pulumi';
import type { AppliedRelease } from '../../components/canary';
import { versionsRoutedBy } from '../../components/routing/pure';
import type { Settings } from '../config';
import { stackName, type AppliedReleases } from '../../components/remembered';

interface StateResource {
  readonly type?: string;
  readonly outputs?: { readonly metadata?: { readonly name?: string }; readonly spec?: unknown };
}

/** Whether a target leaves out a version that may still be routed to: the ends of a release, and another canary. */
function removesAVersion(last: AppliedRelease, settings: Settings): boolean {
  const release = settings.releases.find(({ service }) => service === last.service);
  const step = settings.steps[last.service];
  return step === 'baseline' || step === 'finished' || release?.canary.version !== last.canary.version;
}

/**
 * Adds what the routes in the state mention to what the releases are remembered to mention.
 *
 * The two differ after an update that moved a route and then failed on something else: the output still tells the step
 * before. A version must not be removed while the route that stands points at it, so where a move removes one, the routes
 * themselves are asked. Other moves do not pay for it.
 */
export async function withStandingRoutes(
  applied: AppliedReleases,
  settings: Settings,
): Promise<AppliedReleases> {
  if (!Object.values(applied).some((last) => removesAVersion(last, settings))) return applied;
  const answer = (await pulumi.runtime.invoke('pulumi:pulumi:readStackResourceOutputs', {
    stackName: stackName(),
  })) as { readonly outputs?: Readonly<Record<string, StateResource>> };
  const standing = (last: AppliedRelease) =>
    Object.values(answer.outputs ?? {}).flatMap(({ type, outputs }) =>
      versionsRoutedBy({ type, name: outputs?.metadata?.name, spec: outputs?.spec }, last.service),
    );
  return Object.fromEntries(
    Object.entries(applied).map(([service, last]) => [
      service,
      { ...last, mentioned: [...new Set([...last.mentioned, ...standing(last)])] },
    ]),
  );
}
