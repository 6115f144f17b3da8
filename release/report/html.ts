import { badge, document, type Draw, drawer, figure, html, type Markup, table } from '../page';
import type { ReleaseReport, ReportStep } from './model';
import { errorPlot, latencyPlot, PLOT_HEIGHT, sharePlot } from './plots';
import { badgeKind, between, clock, headline, minutes, timeOfDay, verdictWords } from './words';

function figures(report: ReleaseReport, draw: Draw): Markup[] {
  const points = report.steps.flatMap(({ gate }) => gate?.points ?? []);
  if (points.length === 0) return [html`<p class="soft">No gate was looked at.</p>`];
  const versions = [
    { name: `stable, ${report.stable}`, colour: 'stable', shape: 'line' },
    { name: `canary, ${report.canary}`, colour: 'canary', shape: 'line' },
  ] as const;
  const timed = points.some(
    ({ canary, stable }) => canary?.quantileMs !== undefined || stable?.quantileMs !== undefined,
  );
  return [
    figure({
      id: 'share',
      title: 'Weight asked, share observed',
      note: 'Counted since each bake began. The thin lines are the 95 % interval of the weight for as many requests, and the gate’s tolerance.',
      keys: [
        { name: 'asked', colour: 'ink', shape: 'dash' },
        { name: 'observed', colour: 'canary', shape: 'line' },
        { name: 'interval', colour: 'axis', shape: 'line' },
      ],
      plot: draw(sharePlot(report), PLOT_HEIGHT),
    }),
    figure({
      id: 'errors',
      title: 'Errors by version',
      note: 'The part of the requests that failed since each bake began, and the gate’s ceiling.',
      keys: [...versions, { name: 'ceiling', colour: 'failure', shape: 'dash' }],
      plot: draw(errorPlot(report), PLOT_HEIGHT),
    }),
    ...(timed
      ? [
          figure({
            id: 'latency',
            title: 'Latency by version',
            note: 'The quantile that the gate is about, since each bake began, estimated within its bucket.',
            keys: [...versions, { name: 'ceiling, where one is set', colour: 'failure', shape: 'dash' }],
            plot: draw(latencyPlot(report), PLOT_HEIGHT),
          }),
        ]
      : []),
  ];
}

const stepTable = (steps: readonly ReportStep[]): Markup =>
  table(
    ['Step', 'Weight', 'At', 'Update', 'Proxies', 'Objects', 'Gate'],
    steps.map(({ from, to, weight, startedAt, upSeconds, convergenceSeconds, changed, gate }) => [
      `${from} → ${to}`,
      `${weight} %`,
      timeOfDay(startedAt),
      minutes(upSeconds),
      convergenceSeconds === null ? 'not seen' : minutes(convergenceSeconds),
      changed.length,
      gate === undefined
        ? 'none'
        : html`<span class="${gate.verdict}">${verdictWords[gate.verdict]}</span> after ${gate.looks} looks`,
    ]),
  );

function gateSection({ to, gate }: ReportStep): Markup | string {
  if (gate === undefined) return '';
  const queries = [...new Set(gate.checks.flatMap((check) => check.queries))];
  return html`<h3>Gate at ${to}</h3>
    <p class="soft">
      ${gate.source}, ${minutes(between(gate.startedAt, gate.endedAt))}, ${gate.looks} looks. ${gate.summary}
    </p>
    ${table(
      ['Check', 'Verdict', 'Found', 'Rule'],
      gate.checks.map((check) => [
        check.id,
        html`<span class="${check.verdict}">${verdictWords[check.verdict]}</span>`,
        check.finding,
        check.rule,
      ]),
      'words',
    )}
    <details>
      <summary>What was asked</summary>
      ${queries.map((query) => html`<p><code>${query}</code></p>`)}
    </details>`;
}

/** What happened when, and who did it. */
export const timeline = (events: ReleaseReport['events']): Markup =>
  table(
    ['Time', 'What', 'Took', 'Who'],
    events.map(({ at, what, tookSeconds, who }) => [
      timeOfDay(at),
      what,
      tookSeconds === undefined ? '' : minutes(tookSeconds),
      who ?? '',
    ]),
    'words',
  );

function wayBack({ rollback }: ReleaseReport): Markup | string {
  if (rollback === undefined) return '';
  const zero =
    rollback.secondsToZero === null
      ? 'the canary still had requests when the command ended'
      : `the canary had no request any more after ${minutes(rollback.secondsToZero)}`;
  return html`<section>
    <h2>The way back</h2>
    <p>From ${rollback.from}, decided at ${timeOfDay(rollback.decidedAt)}: ${rollback.reason}</p>
    <p class="soft">The update took ${minutes(rollback.upSeconds)}; ${zero}.</p>
  </section>`;
}

/**
 * One page that holds everything: no script, nothing loaded from anywhere. The content policy in it keeps a browser to
 * that, whatever text the report carries.
 */
export async function renderReleaseHtml(report: ReleaseReport): Promise<string> {
  const draw = await drawer();
  const title = `${report.service}: ${report.stable} to ${report.canary} on ${report.stack}`;
  const who = [
    report.by.user,
    report.by.host,
    ...(report.by.pipeline === undefined ? [] : [report.by.pipeline]),
  ];
  const body = html`<header>
      <p class="eyebrow">Release</p>
      <h1>${title}</h1>
      <p>${badge(badgeKind(report), headline(report))}</p>
      <p>${report.summary}</p>
      <p class="soft">
        ${clock(report.startedAt)} UTC · ${minutes(between(report.startedAt, report.endedAt))} ·
        ${who.join(' · ')} · exit code ${report.exitCode}
      </p>
    </header>
    <main>
      <section>
        <h2>Steps</h2>
        ${report.steps.length === 0 ? html`<p class="soft">No step was taken.</p>` : stepTable(report.steps)}
      </section>
      ${wayBack(report)}
      <section>
        <h2>Over time</h2>
        ${figures(report, draw)}
      </section>
      <section>
        <h2>What the gates found</h2>
        ${report.steps.map(gateSection)}
      </section>
      <section>
        <h2>Timeline</h2>
        ${timeline(report.events)}
      </section>
    </main>
    <footer>The same numbers for machines: release.json beside this page.</footer>`;
  return document({ title, body });
}
