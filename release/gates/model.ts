import type { Evidence, Look } from '../metrics';

/** What can be decided: promote, roll back, or neither. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

export type CheckId =
  | 'evidence'
  | 'health'
  | 'sample'
  | 'unattributed'
  | 'errorCeiling'
  | 'errorsAgainstStable'
  | 'latencyCeiling'
  | 'latencyAgainstStable'
  | 'share'
  | 'pods'
  /** Checks of the stack's own, by name. */
  | `${'query' | 'webhook' | 'job'}:${string}`;

/** What one check says at a look. */
export interface CheckResult {
  readonly id: CheckId;
  /** `notApplicable` where the step has nothing to check, e.g. no stable traffic at weight 100. It never stands for "could not". */
  readonly verdict: Verdict | 'notApplicable';
  /** The rule that decided, with its bounds, in words. */
  readonly rule: string;
  /** What was found, in words. */
  readonly finding: string;
  /** The numbers behind the words. Rates and shares are fractions, latencies milliseconds. */
  readonly numbers: Readonly<Record<string, number | null>>;
  /** What the numbers were read with. */
  readonly queries: readonly string[];
}

/** What a health address answered. */
export type HealthObservation =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly tookMs: number }
  /** An answer that is no JSON. */
  | { readonly kind: 'unreadable'; readonly status: number; readonly tookMs: number }
  | { readonly kind: 'none'; readonly detail: string };

/** What the Deployment of the canary says of itself. */
export interface DeploymentObservation {
  /** Pods it asks for. */
  readonly wanted: number;
  readonly ready: number;
  /** Its own condition `Available`: as many pods are ready as its strategy demands, whatever surges or scales. */
  readonly available: boolean;
  /** Its own reason where it has given up, such as `ProgressDeadlineExceeded`. */
  readonly stuck?: string;
}

/** A pod of the canary as the API server tells it; pods that have ended or are being deleted are none. */
export interface PodObservation {
  readonly name: string;
  readonly ready: boolean;
  /** Restarts of its containers and native sidecars since it was made. */
  readonly restarts: number;
  /** Why a container waits, e.g. `CrashLoopBackOff`; undefined where none does. */
  readonly waiting?: string;
}

export type PodsObservation =
  | {
      readonly kind: 'pods';
      readonly pods: readonly PodObservation[];
      /** Missing where no Deployment makes the pods; then the pods alone are judged. */
      readonly deployment?: DeploymentObservation;
    }
  | { readonly kind: 'none'; readonly detail: string };

/** What a check of the stack's own came to. */
export interface CustomObservation {
  readonly id: CheckId;
  /** `absent`: there is nothing of the canary to judge; `unknown`: it could not be asked, or would not say. */
  readonly state: 'good' | 'bad' | 'absent' | 'unknown';
  /** In words; holds no secret. */
  readonly finding: string;
  readonly numbers: CheckResult['numbers'];
}

/** Everything that one look at a bake brings. */
export interface Observed {
  readonly look: Look;
  /** Missing where no health address is set. */
  readonly health?: HealthObservation;
  readonly pods?: PodsObservation;
  /** What the stack's own checks came to since the look before. */
  readonly custom?: readonly CustomObservation[];
}

/** Whether the step sends weighted traffic to one version only. */
export const isAlone = ({ weight }: Pick<BakePlan, 'weight'>): boolean => weight === 0 || weight === 100;

/** The step that bakes. */
export interface BakePlan {
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** The canary's weight, per cent. */
  readonly weight: number;
  /** Requests come to the canary by header, cookie, mirror or stickiness as well, so its share may exceed the weight. */
  readonly routedOtherwise?: boolean;
  /**
   * What the stable version did before it lost all requests, where the canary is compared with that; undefined where it is
   * compared with the stable version at the same time.
   */
  readonly history?: Evidence;
}
