import { type Content, gauge, html, mark, type Markup, table } from '../../../release';
import { boundText, count, interval, measuredText, percent, seconds } from '../format';
import { allRollbacks, versionsOf, type Report, type StepResult } from '../model';
import type { Check } from '../verdict';

const bad = (text: string): Markup => html`<span class="fail">${text}</span>`;
const failures = (n: number): Content => (n === 0 ? '0' : bad(count(n)));

export function checkList(checks: readonly Check[]): Markup {
  const item = (check: Check) => {
    const kind = check.ok ? 'pass' : 'fail';
    return html`<li class="${kind}">
      ${mark(kind)}<span class="name">${check.name}</span
      ><span class="value">${check.ok ? '' : 'Failed: '}${measuredText(check)}</span
      ><span class="bound">${boundText(check)}</span
      >${check.ok || !check.where ? '' : html`<span class="where">${check.where}</span>`}
    </li>`;
  };
  return html`<ul class="checks">
    ${checks.map(item)}
  </ul>`;
}

const stepRow =
  ({ stable, canary }: ReturnType<typeof versionsOf>) =>
  (step: StepResult): readonly Content[] => {
    const others = Object.entries(step.observed).filter(([v]) => v !== stable && v !== canary);
    return [
      [step.step, ...others.map(([v, n]) => html` <span class="fail">${v}: ${count(n)}</span>`)],
      String(step.weight),
      count(step.requested),
      count(step.observed[stable] ?? 0),
      count(step.observed[canary] ?? 0),
      percent(step.share),
      html`${gauge(step.share, step.interval95)} <span class="range">${interval(step.interval95)}</span>`,
      step.withinInterval ? html`<span class="pass">yes</span>` : bad('no'),
      failures(step.failures),
      seconds(step.upSeconds),
      step.convergenceSeconds === null ? bad('never') : seconds(step.convergenceSeconds),
      String(step.changed.length),
    ];
  };

export function stepTable(report: Report): Markup {
  const versions = versionsOf(report);
  const names = [versions.stable, versions.canary, 'Share, %', '95 % interval, %', 'Inside', 'Failed'];
  return table(
    ['Step', 'Weight, %', 'Requests', ...names, 'Up, s', 'Converged, s', 'Objects'],
    report.steps.map(stepRow(versions)),
  );
}

export function rollbackTable(report: Report): Markup {
  const { supersede } = report;
  const all = [
    ...allRollbacks(report).map((r) => ({ ...r, what: `Rollback from ${r.from} to 0`, up: r.upSeconds })),
    ...(supersede === undefined
      ? []
      : [
          {
            ...supersede,
            what: `${supersede.by} supersedes ${supersede.replaced} at ${supersede.from}`,
            up: supersede.moves.reduce((sum, move) => sum + move.upSeconds, 0),
          },
        ]),
  ];
  if (all.length === 0) return html`<p class="fail">No rollback was made.</p>`;
  return table(
    ['Way back', 'Up, s', 'Last canary answer after, s', 'Requests meanwhile', 'Failed'],
    all.map((r) => [
      r.what,
      seconds(r.up),
      r.secondsToZero === null ? bad('never') : seconds(r.secondsToZero),
      count(r.requestsDuring),
      failures(r.failures),
    ]),
  );
}

/** What each update changed, folded away: it is for whoever doubts the number. */
export function changedLists(report: Report): Markup {
  const updates = [
    ...report.steps.map((s) => ({ what: `Step ${s.step}`, changed: s.changed })),
    ...(report.supersede?.moves ?? []),
  ];
  return html`${updates.map(
    ({ what, changed }) =>
      html`<details>
        <summary>
          ${what} <span class="soft">${changed.length} ${changed.length === 1 ? 'object' : 'objects'}</span>
        </summary>
        <ul>
          ${changed.map((urn) => html`<li><code>${urn}</code></li>`)}
        </ul>
      </details>`,
  )}`;
}

export const toolTable = (report: Report): Markup =>
  table(
    ['Tool', 'Version'],
    Object.entries(report.tools).sort(([a], [b]) => a.localeCompare(b, 'en')),
    'words',
  );

export const playedTable = (played: NonNullable<Report['played']>): Markup =>
  table(
    ['Workload', 'Pods', 'Ports', 'Calls', 'Not played'],
    played.map(({ namespace, workload, pods, ports, calls, notes }) => [
      `${namespace}/${workload}`,
      count(pods),
      ports.map(({ port, protocol }) => `${port} ${protocol}`).join(', '),
      calls.join(', '),
      notes.join('; '),
    ]),
    'words',
  );
