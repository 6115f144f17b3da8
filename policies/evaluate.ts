import type { KubeObject, Origin } from './model/object';
import {
  subjectOf,
  type Enforcement,
  type Finding,
  type Policy,
  type Severity,
  type Undecided,
  type Verdict,
} from './model/policy';
import { UnknownValue } from './model/unknown';
import type { ClusterView } from './model/view';
import { registry } from './registry';
import type { Exception } from './settings/settings';

interface Judged {
  readonly policy: string;
  readonly title: string;
  readonly severity: Severity;
  readonly enforcement: Exclude<Enforcement, 'disabled'>;
  /** Where the object was read; undefined when the report is about no object of the view. */
  readonly origin: Origin | undefined;
}

export type ReportedFinding = Finding & Judged;
export type ReportedUndecided = Undecided & Judged;

export interface Report {
  readonly findings: readonly ReportedFinding[];
  /** What could not be judged, because a value is not known before the update. */
  readonly undecided: readonly ReportedUndecided[];
  /** Findings that an exception allows, with the exception. */
  readonly excepted: readonly { readonly finding: ReportedFinding; readonly exception: Exception }[];
  /** Policies that compare with the state before, where there was none to compare with. */
  readonly notCompared: readonly string[];
  /** Policies that the stack's settings or its environment switch off. */
  readonly disabled: readonly string[];
  readonly policies: number;
  readonly objects: number;
}

/** How strict a policy is in a view: what the stack sets, else the policy's own default for what the stack is for. */
export function enforcementOf(
  policy: Policy,
  view: Pick<ClusterView, 'settings' | 'environment'>,
): Enforcement {
  return view.settings.enforcement[policy.id] ?? policy.enforcement[view.environment];
}

function names(exception: Exception, policy: string, object: string): boolean {
  if (exception.policy !== policy && !policy.startsWith(`${exception.policy}-`)) return false;
  return exception.object.endsWith('*')
    ? object.startsWith(exception.object.slice(0, -1))
    : object === exception.object;
}

/** Where a field of an object was read: in a file, the line of the field itself. */
function originOf(object: KubeObject | undefined, field: string): Origin | undefined {
  if (object === undefined || !('file' in object.origin) || object.lineOf === undefined)
    return object?.origin;
  return { ...object.origin, line: object.lineOf(field) };
}

/** A value that no subject alone can be blamed for makes the whole policy undecided. */
function checked(policy: Policy, view: ClusterView): Verdict {
  try {
    return policy.check(view);
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    return { findings: [], undecided: [{ object: 'the stack', field: error.field }] };
  }
}

/** Holds to the end of its last day, UTC. */
const expired = (exception: Exception, today: Date): boolean =>
  today.toISOString().slice(0, 10) > exception.until;

function expiredFindings(policy: Policy, view: ClusterView): Finding[] {
  return view.settings.exceptions
    .filter(
      (exception) => names(exception, policy.id, exception.object) && expired(exception, view.settings.today),
    )
    .map((exception) => ({
      object: exception.object,
      field: `exceptions.until`,
      problem: `was ${exception.until}: the exception (${exception.reason}) has ended`,
      remedy: 'fix what it was for and remove it, or agree on a new day',
    }));
}

/**
 * Asks policies about a view and applies what the stack sets: how strict, what is demanded, which exceptions hold.
 *
 * @param endings The policies whose exceptions are looked at for their last day. Default: those that are asked.
 */
export function evaluate(
  view: ClusterView,
  policies: readonly Policy[] = registry,
  endings: readonly Policy[] = policies,
): Report {
  const findings: ReportedFinding[] = [];
  const undecided: ReportedUndecided[] = [];
  const excepted: { finding: ReportedFinding; exception: Exception }[] = [];
  const objects = new Map(view.objects.map((object) => [object.id, object]));
  const asked = policies.filter((policy) => enforcementOf(policy, view) !== 'disabled');
  for (const policy of asked) {
    const level = enforcementOf(policy, view) === 'mandatory' ? 'mandatory' : 'advisory';
    const { id, title, severity } = policy;
    const judged = (object: string, field: string, subject?: KubeObject) => ({
      policy: id,
      title,
      severity,
      origin: originOf(subject ?? objects.get(object), field),
    });
    const holding = view.settings.exceptions.filter((exception) => !expired(exception, view.settings.today));
    const verdict = checked(policy, view);
    for (const found of verdict.findings) {
      const lenient =
        found.unlessRequired !== undefined && !view.settings.require.includes(found.unlessRequired);
      const reported = {
        ...judged(found.object, found.field, subjectOf(found)),
        ...found,
        enforcement: lenient ? 'advisory' : level,
      } as const;
      const exception = holding.find((entry) => names(entry, id, found.object));
      if (exception === undefined) findings.push(reported);
      else excepted.push({ finding: reported, exception });
    }
    for (const found of verdict.undecided) {
      const exception = holding.find((entry) => names(entry, id, found.object));
      if (exception !== undefined) {
        const problem = found.reason ?? 'is not known before the update';
        const remedy = found.remedy ?? 'give it a value that is known in previews';
        const { object, field } = found;
        excepted.push({
          finding: {
            ...judged(object, field),
            ...{ object, field, problem, remedy },
            enforcement: 'advisory',
          },
          exception,
        });
        continue;
      }
      const refused = view.settings.unknown === 'refuse' && level === 'mandatory';
      undecided.push({
        ...judged(found.object, found.field),
        ...found,
        enforcement: refused ? 'mandatory' : 'advisory',
      });
    }
  }
  for (const policy of endings) {
    const level = enforcementOf(policy, view);
    if (level === 'disabled') continue;
    const { id, title, severity } = policy;
    for (const found of expiredFindings(policy, view)) {
      findings.push({
        policy: id,
        title,
        severity,
        origin: objects.get(found.object)?.origin,
        ...found,
        enforcement: level,
      });
    }
  }
  const notCompared =
    view.previous === undefined ? asked.filter(({ compares }) => compares === true).map(({ id }) => id) : [];
  const disabled = policies.filter((policy) => !asked.includes(policy)).map(({ id }) => id);
  return {
    ...{ findings, undecided, excepted, notCompared, disabled },
    policies: asked.length,
    objects: view.objects.length,
  };
}

/** Whether an update with this report must not go on. */
export const refuses = (report: Report): boolean =>
  [...report.findings, ...report.undecided].some(({ enforcement }) => enforcement === 'mandatory');
