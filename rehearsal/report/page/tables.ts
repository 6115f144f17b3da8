import { html, type Markup } from '../../../release';
import { boundText, count, interval, measuredText, percent, seconds } from '../format';
import { allRollbacks, versionsOf, type PlayedWorkload, type Report, type StepResult } from '../model';
import type { Check } from '../verdict';
import { cell } from './cell';
import { gauge, mark } from './icons';

function bad(text: string): Markup {
  return html`<span class="no">${text}</span>`;
}

export function checkList(checks: readonly Check[]): Markup {
  const item = (check: Check) =>
    html`<li class="${check.ok ? 'ok' : 'bad'}">
      ${mark(check.ok)}<span class="name">${check.name}</span
      ><span class="value">${check.ok ? '' : 'Failed: '}${measuredText(check)}</span
      ><span class="bound">${boundText(check)}</span
      >${check.ok || !check.where ? '' : html`<span class="where">${check.where}</span>`}
    </li>`;
  return html`<ul class="checks">
    ${checks.map(item)}
  </ul>`;
}

const stepRow =
  ({ stable, canary }: ReturnType<typeof versionsOf>) =>
  (step: StepResult): Markup => {
    const others = Object.entries(step.observed).filter(([v]) => v !== stable && v !== canary);
    return html`<tr>
      <td>${step.step}${others.map(([v, n]) => html` <span class="no">${v}: ${count(n)}</span>`)}</td>
      ${[
        cell('weight, %', String(step.weight)),
        cell('requests', count(step.requested)),
        cell(stable, count(step.observed[stable] ?? 0)),
        cell(canary, count(step.observed[canary] ?? 0)),
        cell('share, %', percent(step.share)),
        cell(
          'interval, %',
          html`${gauge(step.share, step.interval95)} <span class="range">${interval(step.interval95)}</span>`,
        ),
        cell('inside', step.withinInterval ? html`<span class="yes">yes</span>` : bad('no')),
        cell('failed', step.failures === 0 ? '0' : bad(count(step.failures))),
        cell('up, s', seconds(step.upSeconds)),
        cell(
          'settled, s',
          step.convergenceSeconds === null ? bad('never') : seconds(step.convergenceSeconds),
        ),
        cell('objects', String(step.changed.length)),
      ]}
    </tr>`;
  };

export function stepTable(report: Report): Markup {
  const versions = versionsOf(report);
  const names = [
    versions.stable,
    versions.canary,
    'Share, %',
    '95 % interval, %',
    'Inside',
    'Failed',
    'Up, s',
    'Converged, s',
    'Objects',
  ];
  const head = ['Step', 'Weight, %', 'Requests', ...names].map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="cards">
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${report.steps.map(stepRow(versions))}
    </tbody>
  </table>`;
}

export function rollbackTable(report: Report): Markup {
  const rows = allRollbacks(report).map((r) => ({
    what: `Rollback from ${r.from} to 0`,
    up: r.upSeconds,
    ...r,
  }));
  const s = report.supersede;
  const superseded = s && {
    ...s,
    what: `${s.by} supersedes ${s.replaced} at ${s.from}`,
    up: s.moves.reduce((sum, move) => sum + move.upSeconds, 0),
  };
  const all = superseded ? [...rows, superseded] : rows;
  if (all.length === 0) return html`<p class="no">No rollback was made.</p>`;
  const body = all.map(
    (r) =>
      html`<tr>
        <td>${r.what}</td>
        ${[
          cell('up, s', seconds(r.up)),
          cell('to zero, s', r.secondsToZero === null ? bad('never') : seconds(r.secondsToZero)),
          cell('requests', count(r.requestsDuring)),
          cell('failed', r.failures === 0 ? '0' : bad(count(r.failures))),
        ]}
      </tr>`,
  );
  const head = ['Way back', 'Up, s', 'Last canary answer after, s', 'Requests meanwhile', 'Failed'];
  return html`<table class="cards">
    <thead>
      <tr>
        ${head.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
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

export function toolTable(report: Report): Markup {
  const rows = Object.entries(report.tools)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(
      ([tool, version]) =>
        html`<tr>
          <td>${tool}</td>
          <td class="word">${version}</td>
        </tr>`,
    );
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Tool</th>
        <th scope="col" class="word">Version</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

export function playedTable(played: NonNullable<Report['played']>): Markup {
  const head = ['Workload', 'Pods', 'Ports', 'Calls', 'Not played'].map(
    (name) => html`<th scope="col">${name}</th>`,
  );
  const row = ({ namespace, workload, pods, ports, calls, notes }: PlayedWorkload) =>
    html`<tr>
      <td>${namespace}/${workload}</td>
      ${[
        cell('pods', count(pods)),
        cell('ports', ports.map(({ port, protocol }) => `${port} ${protocol}`).join(', ')),
        cell('calls', calls.join(', ')),
        cell('not played', notes.join('; ')),
      ]}
    </tr>`;
  return html`<table class="cards">
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${played.map(row)}
    </tbody>
  </table>`;
}
