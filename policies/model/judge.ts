import type { KubeObject } from './object';
import type { Finding, Undecided, Verdict } from './policy';
import { UnknownValue } from './unknown';

const objectOf = (subject: KubeObject | { readonly object: KubeObject }): KubeObject =>
  'object' in subject ? subject.object : subject;

/**
 * Judges each subject by itself. A subject with a value that is not known yet becomes undecided and the others are
 * still judged, so that an unknown value neither hides a finding nor passes for an absent one.
 */
export function judge<S extends KubeObject | { readonly object: KubeObject }>(
  subjects: Iterable<S>,
  check: (subject: S) => readonly (Finding | undefined)[] | Finding | undefined,
): Verdict {
  const findings: Finding[] = [];
  const undecided: Undecided[] = [];
  for (const subject of subjects) {
    try {
      const found = check(subject);
      const all: readonly (Finding | undefined)[] = Array.isArray(found)
        ? found
        : [found as Finding | undefined];
      findings.push(...all.filter((entry) => entry !== undefined));
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      undecided.push({ object: objectOf(subject).id, field: error.field });
    }
  }
  return { findings, undecided };
}

/** Several verdicts of one policy as one. */
export function together(...verdicts: readonly Verdict[]): Verdict {
  return {
    findings: verdicts.flatMap(({ findings }) => findings),
    undecided: verdicts.flatMap(({ undecided }) => undecided),
  };
}
