import type { ClusterView } from './view';
import type { KubeObject } from './object';

/** What a stack is for: how strict a policy is depends on it. */
export type Environment = 'production' | 'test' | 'rehearsal';

/** `mandatory` stops the update, `advisory` only tells. */
export type Enforcement = 'mandatory' | 'advisory' | 'disabled';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** One place where a policy is broken. Holds no value that may be secret. */
export interface Finding {
  /** The object's id; see `KubeObject`. */
  readonly object: string;
  /** The place in it, such as `spec.http[0].route[1].weight`. */
  readonly field: string;
  /** What is wrong and what would happen. */
  readonly problem: string;
  /** What to write instead. */
  readonly remedy: string;
  /**
   * The demand that makes this finding as strict as its policy; without it the finding is advisory at most.
   * A stack demands by listing it under `require`.
   */
  readonly unlessRequired?: Demand;
}

/** What a stack may ask for beyond what every stack must keep. */
export const demands = [
  'digests',
  'mtls',
  'authorization',
  'network-policies',
  'block-list',
  'order',
  'signatures',
] as const;
export type Demand = (typeof demands)[number];

/** A subject a policy could not judge, because a value is not known before the update. */
export interface Undecided {
  readonly object: string;
  readonly field: string;
  /** Why it could not be judged. Default: the field is not known before the update. */
  readonly reason?: string;
  /** What to do, where it is not the value that has to be made known. */
  readonly remedy?: string;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  readonly undecided: readonly Undecided[];
}

export interface Policy {
  /** Number and name: `R01-weight-sum`. Never changes, exceptions and reports refer to it. */
  readonly id: string;
  /** What is demanded, in one clause. */
  readonly title: string;
  readonly severity: Severity;
  /** By what the stack is for. */
  readonly enforcement: Readonly<Record<Environment, Enforcement>>;
  /**
   * `object` policies look at one object alone. The engine asks them before it changes that object; `stack` policies
   * are asked when all objects are known, which in an update is after the change: a preview has to come first.
   */
  readonly scope: 'object' | 'stack';
  /** Whether it compares with the state before, and so says less where there is none. Default: it does not. */
  readonly compares?: true;
  /** What to do about a finding, in general. */
  readonly remedy: string;
  /** What it follows: a standard, a manual page, or the observation behind it. */
  readonly document: string;
  check(view: ClusterView): Verdict;
}

export const everywhere = (level: Enforcement): Policy['enforcement'] => ({
  production: level,
  test: level,
  rehearsal: level,
});

const subjects = new WeakMap<object, KubeObject>();

/** The object that a finding is about, where it was made by `finding`: ids may stand twice in a view. */
export const subjectOf = (found: Finding): KubeObject | undefined => subjects.get(found);

/** A finding about a field of an object. */
export function finding(
  object: KubeObject,
  field: string,
  problem: string,
  remedy: string,
  unlessRequired?: Demand,
): Finding {
  const found = {
    object: object.id,
    field,
    problem,
    remedy,
    ...(unlessRequired === undefined ? {} : { unlessRequired }),
  };
  subjects.set(found, object);
  return found;
}
