import { median } from 'simple-statistics';
import { check, type Check, type Measurement } from './check';
import { count } from './format';
import { allRollbacks, versionsOf, weightSteps, type Report, type StepResult } from './model';
import { observabilityChecks } from './observability-checks';

export type { Check } from './check';

export interface Verdict {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** Requests below which a share says too little about a weight. */
const MIN_SAMPLE = 2000;
/** A weight step's `up` against an empty program's: the official provider was measured at 2.0 to 2.2. */
export const MAX_UP_RATIO = 2.2;
/** Seconds in which a rollback has to take the canary out of the traffic. */
const MAX_SECONDS_TO_ZERO = 5;
/** Seconds of a whole rehearsal on 2 cores when the tools are there; the second for one that installs the platform too. */
const MAX_WARM_SECONDS = 150;
const MAX_WARM_SECONDS_WITH_PLATFORM = 240;

type Versions = ReturnType<typeof versionsOf>;

/** Answers given at this step by versions that were to get none. */
function strayAnswers(step: StepResult, { stable, canary }: Versions): number {
  return Object.entries(step.observed)
    .filter(([version]) => {
      if (version === canary) return step.weight === 0;
      return version === stable ? step.weight === 100 : true;
    })
    .reduce((sum, [, n]) => sum + n, 0);
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
const atStep = (step: StepResult) => `step ${step.step}`;

function trafficChecks(report: Report): Check[] {
  const outside = report.steps.filter(({ share, interval95: [lo, hi] }) => !(lo <= share && share <= hi));
  const stray: Measurement[] = report.steps.map((s) => ({
    value: Math.max(strayAnswers(s, versionsOf(report)), s.stray),
    where: atStep(s),
  }));
  if (report.supersede) {
    stray.push({ value: report.supersede.stray, where: `superseding ${report.supersede.replaced}` });
  }
  // A writer that forgets a phase in the total must not hide that phase's failures.
  const failures = Math.max(
    report.totals.failures,
    total(report.steps.map((s) => s.failures)) +
      total(allRollbacks(report).map((r) => r.failures)) +
      (report.supersede?.failures ?? 0),
  );
  const none = { about: 'correctness', relation: 'at most', bound: 0 } as const;
  return [
    check(
      { id: 'share', name: 'Share inside the 95 % interval of its weight', unit: 'steps outside', ...none },
      [{ value: outside.length, where: outside.map(atStep).join(', ') }],
      'no step was taken',
    ),
    check(
      {
        id: 'sample',
        name: 'Requests behind each share',
        about: 'correctness',
        relation: 'at least',
        bound: MIN_SAMPLE,
        unit: 'requests',
      },
      report.steps.map((s) => ({ value: s.requested, where: atStep(s) })),
      'no step was taken',
    ),
    check(
      { id: 'weight-zero', name: 'Requests at a version of weight 0', unit: 'requests', ...none },
      stray,
      'no step was taken',
    ),
    check(
      { id: 'failures', name: 'Failed requests', unit: 'requests', ...none },
      [{ value: failures, where: `of ${count(report.totals.requests)}` }],
      'no request was sent',
    ),
  ];
}

function updateChecks(report: Report): Check[] {
  const moves = weightSteps(report);
  const zero: Measurement[] = allRollbacks(report).map((r) => ({
    value: r.secondsToZero,
    where: `rollback from ${r.from}`,
  }));
  if (report.supersede) {
    zero.push({ value: report.supersede.secondsToZero, where: `superseding ${report.supersede.replaced}` });
  }
  return [
    check(
      {
        id: 'one-object',
        name: 'Objects that a weight step changes',
        about: 'correctness',
        relation: 'exactly',
        bound: 1,
        unit: 'objects',
      },
      moves.map((s) => ({ value: s.changed.length, where: atStep(s) })),
      'no weight step was taken',
    ),
    check(
      {
        id: 'up-ratio',
        name: 'Weight step’s up against an empty program’s',
        about: 'speed',
        relation: 'at most',
        bound: MAX_UP_RATIO,
        unit: '×',
      },
      // Both are medians: one hiccup of the machine says nothing of what a step costs. The table has every step's time.
      moves.length === 0
        ? []
        : [
            {
              value: median(moves.map((s) => s.upSeconds)) / report.baseline.emptyProgramUpSeconds,
              where: `the median of ${moves.length} steps`,
            },
          ],
      'no weight step was taken',
    ),
    check(
      {
        id: 'seconds-to-zero',
        name: 'Rollback: start to the canary’s last answer',
        about: 'speed',
        relation: 'at most',
        bound: MAX_SECONDS_TO_ZERO,
        unit: 's',
      },
      // Without the rollback that every rehearsal makes, the others cannot vouch for it.
      report.rollback ? zero : [],
      'the rollback was not made',
    ),
  ];
}

/** Promises that only some runs measure. */
function optionalChecks(report: Report): Check[] {
  const none = { about: 'correctness', relation: 'at most', bound: 0 } as const;
  const checks: Check[] = [];
  if (report.repeats?.length) {
    checks.push(
      check(
        { id: 'repeats', name: 'Changes when nothing is to change', unit: 'changes', ...none },
        report.repeats.map((r) => ({ value: r.changes, where: r.what })),
        '',
      ),
    );
  }
  if (report.problems) {
    checks.push(
      check(
        { id: 'problems', name: 'Proxies that refused a configuration or ended', unit: 'problems', ...none },
        [{ value: report.problems.length, where: report.problems[0]?.split('\n')[0] ?? '' }],
        '',
      ),
    );
  }
  if (report.wire) {
    const { tls, plaintext } = report.wire;
    checks.push(
      check(
        { id: 'plaintext', name: 'Plaintext HTTP from pod to pod', unit: 'segments', ...none },
        // Where nothing at all was seen, nothing was watched.
        tls + plaintext === 0 ? [] : [{ value: plaintext, where: `beside ${count(tls)} of TLS` }],
        'no segment was seen between pods',
      ),
    );
  }
  if (report.admission) {
    const { level, refused } = report.admission;
    checks.push(
      check(
        { id: 'admission', name: `Pods refused by Pod Security ${level}`, unit: 'pods', ...none },
        [{ value: refused.length, where: refused.join(', ') }],
        '',
      ),
    );
  }
  if (report.analyze) {
    const { errors, warnings } = report.analyze;
    checks.push(
      check(
        { id: 'analyze', name: 'Findings of istioctl analyze', unit: 'findings', ...none },
        [{ value: errors + warnings, where: `${errors} errors, ${warnings} warnings` }],
        '',
      ),
    );
  }
  if (report.warm) {
    checks.push(
      check(
        {
          id: 'warm-seconds',
          name: 'The whole rehearsal, tools being there',
          about: 'speed',
          relation: 'at most',
          bound: report.platform ? MAX_WARM_SECONDS_WITH_PLATFORM : MAX_WARM_SECONDS,
          unit: 's',
        },
        [{ value: report.seconds, where: '' }],
        '',
      ),
    );
  }
  return checks;
}

/** Holds a report against everything that a release promises. It reads the numbers, never a conclusion the report draws itself. */
export function verdict(report: Report): Verdict {
  const checks = [
    ...trafficChecks(report),
    ...updateChecks(report),
    ...observabilityChecks(report),
    ...optionalChecks(report),
  ];
  return { ok: checks.every((c) => c.ok), checks };
}
