import type { CheckResult, PodsObservation } from '../model';
import type { GateSettings } from '../settings';
import { times } from '../words';
import { result } from './context';

/** Reasons that do not go away by waiting. */
const hopeless = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** What is remembered of the canary's pods between two looks. */
export interface PodsMemory {
  /** Restarts that each pod had when it was first seen in this bake. */
  readonly atFirst: Readonly<Record<string, number>>;
  /** Restarts since then, those of pods that are gone included. */
  readonly restarts: number;
  readonly seen: Readonly<Record<string, number>>;
  readonly notReadyLooks: number;
  readonly last?: PodsObservation;
}

export const noPodsYet: PodsMemory = { atFirst: {}, restarts: 0, seen: {}, notReadyLooks: 0 };

export function rememberPods(memory: PodsMemory, observation: PodsObservation | undefined): PodsMemory {
  if (observation === undefined) return memory;
  if (observation.kind === 'none') return { ...memory, last: observation };
  const begun = Object.keys(memory.atFirst).length > 0;
  let restarts = memory.restarts;
  const atFirst = { ...memory.atFirst };
  const seen = { ...memory.seen };
  for (const pod of observation.pods) {
    // Restarts before the bake are history; a pod that comes later starts at zero, so that all of its own count.
    if (atFirst[pod.name] === undefined) {
      atFirst[pod.name] = begun ? 0 : pod.restarts;
      seen[pod.name] = atFirst[pod.name]!;
    }
    restarts += Math.max(0, pod.restarts - seen[pod.name]!);
    seen[pod.name] = pod.restarts;
  }
  const notReadyLooks = isAvailable(observation) ? 0 : memory.notReadyLooks + 1;
  return { atFirst, restarts, seen, notReadyLooks, last: observation };
}

/** Of pods without a Deployment, the part that has to be ready: what a Deployment's own default demands. */
const READY = 0.75;

type Pods = Extract<PodsObservation, { kind: 'pods' }>;

/** Whether the canary can take its traffic: its Deployment's own word; pods that surge or scale up are none of it. */
function isAvailable({ pods: list, deployment }: Pods): boolean {
  const ready = list.filter((pod) => pod.ready).length;
  if (ready === 0) return false;
  if (deployment !== undefined) return deployment.available && deployment.stuck === undefined;
  return ready >= Math.ceil(list.length * READY);
}

/** Restarts and readiness of the canary's pods: a version that dies now and then must not pass between two deaths. */
export function pods(memory: PodsMemory, settings: GateSettings['pods']): CheckResult {
  if (settings === undefined)
    return result('pods', 'notApplicable', 'pods are not looked at', 'not looked at');
  const rule = `no more than ${times(settings.restarts, 'restart')}, and not available at fewer than ${times(settings.notReadyLooks, 'look')} in a row`;
  const { last, restarts, notReadyLooks } = memory;
  if (last === undefined) return result('pods', 'inconclusive', rule, 'not asked yet');
  const list = last.kind === 'pods' ? last.pods : [];
  const numbers = {
    pods: list.length,
    ready: list.filter((pod) => pod.ready).length,
    restarts,
    notReadyLooks,
  };
  const say = (verdict: CheckResult['verdict'], found: string) =>
    result('pods', verdict, rule, found, numbers);
  if (restarts > settings.restarts) return say('fail', `${times(restarts, 'restart')} since the bake began`);
  const stuck = list.find((pod) => pod.waiting !== undefined && hopeless.has(pod.waiting));
  if (stuck !== undefined && notReadyLooks > 0)
    return say('fail', `${stuck.name} is in ${stuck.waiting ?? ''}`);
  const gaveUp = last.kind === 'pods' ? last.deployment?.stuck : undefined;
  if (notReadyLooks >= settings.notReadyLooks) {
    return say(
      'fail',
      list.length === 0
        ? `no pod at ${notReadyLooks} looks in a row`
        : `${gaveUp ?? `${numbers.ready} of ${numbers.pods} ready, not available`} at ${notReadyLooks} looks in a row`,
    );
  }
  if (last.kind === 'none') return say('inconclusive', last.detail);
  return notReadyLooks === 0
    ? say('pass', `${numbers.ready} of ${numbers.pods} ready, ${times(restarts, 'restart')}`)
    : say('inconclusive', `${numbers.ready} of ${numbers.pods} ready`);
}
