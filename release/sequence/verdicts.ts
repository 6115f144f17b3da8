import type { Attempt } from '../gates';
import { serviceTag } from './serviceTag';
import type { Session } from './session';
import type { Subject } from './subject';

/** What is remembered of a step: of its very application, so that the same step taken again is judged again. */
export interface Remembered {
  readonly service: string;
  readonly canary: string;
  readonly step: string;
  /** When the step was applied, as the stack's output says. */
  readonly since: string;
  /**
   * `approved` is a step that a person let pass for want of traffic; `promoted` is 100 with its gate passed, while the
   * canary is still watched on.
   */
  readonly verdict: 'pass' | 'held' | 'approved' | 'promoted';
  /** Whether it was held by the watch after the gate at 100, not by that gate. */
  readonly after?: boolean;
  /** What each attempt at a held step has seen of the canary, the oldest first: requests and errors. */
  readonly attempts?: readonly (readonly [requests: number, errors: number])[];
  /** Whether a held step lacked nothing but traffic, so that a person may let it pass. */
  readonly quiet?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

/** Pulumi Cloud allows 256 characters of a tag's value. */
const LONGEST_VALUE = 256;

/** The stack's tag that keeps the last verdict on a service's release. */
export const judgedTag = (service: string): string => serviceTag('judged', service);

/** Where the verdict was kept as long as a stack had one release; still read. */
const FORMER_TAG = 'release:judged';

/** What is remembered of the step that was last applied; undefined where that is nothing. */
export function remembered(
  { applied }: Pick<Subject, 'applied'>,
  tags: Readonly<Record<string, string>>,
): Remembered | undefined {
  if (applied === undefined) return undefined;
  for (const tag of [judgedTag(applied.service), FORMER_TAG]) {
    try {
      const found = JSON.parse(tags[tag] ?? '') as Remembered;
      if (
        found.service === applied.service &&
        found.canary === applied.canary.version &&
        found.step === applied.step &&
        found.since === applied.since
      ) {
        return found;
      }
    } catch {
      // A tag that somebody else wrote is no verdict.
    }
  }
  return undefined;
}

/** Whether the step that was last applied may be left upwards. Without a trace it may not: no evidence never promotes. */
export function hasPassed(
  subject: Pick<Subject, 'applied'>,
  tags: Readonly<Record<string, string>>,
): boolean {
  const { applied } = subject;
  if (applied === undefined) return true;
  if (applied.step === 'baseline' || applied.step === 'finished') return true;
  const verdict = remembered(subject, tags)?.verdict;
  return verdict === 'pass' || verdict === 'approved';
}

/** Whether the gate of 100 has passed, and only the watch after it has not. */
export function isPromoted(
  subject: Pick<Subject, 'applied'>,
  tags: Readonly<Record<string, string>>,
): boolean {
  const found = remembered(subject, tags);
  return found?.verdict === 'promoted' || (found?.verdict === 'held' && found.after === true);
}

/** Who approved the step that was last applied, and why; undefined where nobody did. */
export function approvalOf(
  subject: Pick<Subject, 'applied'>,
  tags: Readonly<Record<string, string>>,
): string | undefined {
  const found = remembered(subject, tags);
  return found?.verdict === 'approved' ? `${found.step} approved by ${found.by}: ${found.reason}` : undefined;
}

/** Attempts that are kept apart; what comes after them is added to the last. */
const ATTEMPTS = 6;

/** The attempts so far with one more. */
export function withAttempt(earlier: readonly Attempt[], { requests, errors }: Attempt): readonly Attempt[] {
  if (earlier.length < ATTEMPTS) return [...earlier, { requests, errors }];
  const last = earlier.at(-1)!;
  return [...earlier.slice(0, -1), { requests: last.requests + requests, errors: last.errors + errors }];
}

/** What earlier attempts at the step that was last applied have seen. */
export const earlierAttempts = (
  subject: Pick<Subject, 'applied'>,
  tags: Readonly<Record<string, string>>,
): readonly Attempt[] =>
  (remembered(subject, tags)?.attempts ?? []).map(([requests, errors]) => ({ requests, errors }));

/** Keeps a verdict on the step that is applied. @returns whether the backend keeps it */
export async function remember(
  { ports, release }: Session,
  step: string,
  verdict: Pick<Remembered, 'verdict' | 'after' | 'attempts' | 'quiet' | 'by' | 'reason'>,
): Promise<boolean> {
  const { outputs } = await ports.engine.state();
  const applied = (outputs.release as Readonly<Record<string, { readonly since?: string }>> | undefined)?.[
    release.service
  ];
  const { service } = release;
  const whole: Remembered = {
    service,
    canary: release.canary.version,
    step,
    since: applied?.since ?? '',
    ...verdict,
  };
  // The reason is what may be long; the history of the next step has the whole of it.
  const tooLong = JSON.stringify(whole).length - LONGEST_VALUE;
  const value =
    tooLong > 0 && whole.reason !== undefined
      ? { ...whole, reason: `${whole.reason.slice(0, Math.max(0, whole.reason.length - tooLong - 1))}…` }
      : whole;
  return ports.engine.setTag(judgedTag(service), JSON.stringify(value));
}
