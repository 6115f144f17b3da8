import { html, type Markup } from './markup';
import type { ReleaseReport, ReportStep } from './model';
import { type Draw, drawer, errorPlot, latencyPlot, type Plot, sharePlot } from './plots';
import { page } from './page';
import { type Colour, style } from './style';
import { between, clock, headline, minutes, timeOfDay, verdictWords } from './words';

const head = (...names: string[]): Markup =>
  html`<thead>
    <tr>
      ${names.map((name) => html`<th scope="col">${name}</th>`)}
    </tr>
  </thead>`;

function figure(
  id: string,
  title: string,
  note: string,
  keys: readonly (readonly [string, Colour])[],
  plot: Plot,
): Markup {
  return html`<figure id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <p class="soft">${note}</p>
      <div class="legend">
        ${keys.map(([name, colour]) => html`<span><i style="--c:var(--${colour})"></i>${name}</span>`)}
      </div>
    </figcaption>
    <div class="wide" role="img" aria-label="${title}">${plot.wide}</div>
    <div class="narrow" role="img" aria-label="${title}">${plot.narrow}</div>
  </figure>`;
}

function figures(report: ReleaseReport, draw: Draw): Markup[] {
  const points = report.steps.flatMap(({ gate }) => gate?.points ?? []);
  if (points.length === 0) return [html`<p class="soft">No gate was looked at.</p>`];
  const versions = [
    [`stable, ${report.stable}`, 'stable'],
    [`canary, ${report.canary}`, 'canary'],
  ] as const;
  const timed = points.some(
    ({ canary, stable }) => canary?.quantileMs !== undefined || stable?.quantileMs !== undefined,
  );
  return [
    figure(
      'share',
      'Weight asked, share observed',
      'Counted since each bake began. The thin lines are the 95 % interval of the weight for as many requests, and the gate’s tolerance.',
      [
        ['asked', 'ink'],
        ['observed', 'canary'],
        ['interval', 'axis'],
      ],
      draw(sharePlot(report)),
    ),
    figure(
      'errors',
      'Errors by version',
      'The part of the requests that failed since each bake began, and the gate’s ceiling.',
      [...versions, ['ceiling', 'failure']],
      draw(errorPlot(report)),
    ),
    ...(timed
      ? [
          figure(
            'latency',
            'Latency by version',
            'The quantile that the gate is about, since each bake began, estimated within its bucket.',
            [...versions, ['ceiling, where one is set', 'failure']],
            draw(latencyPlot(report)),
          ),
        ]
      : []),
  ];
}

function stepRow({
  from,
  to,
  weight,
  startedAt,
  upSeconds,
  convergenceSeconds,
  changed,
  gate,
}: ReportStep): Markup {
  return html`<tr>
    <td>${from} → ${to}</td>
    <td>${weight} %</td>
    <td>${timeOfDay(startedAt)}</td>
    <td>${minutes(upSeconds)}</td>
    <td>${convergenceSeconds === null ? 'not seen' : minutes(convergenceSeconds)}</td>
    <td>${changed.length}</td>
    <td>
      ${
        gate === undefined
          ? 'none'
          : html`<span class="${gate.verdict}">${verdictWords[gate.verdict]}</span> after ${gate.looks} looks`
      }
    </td>
  </tr>`;
}

function gateSection({ to, gate }: ReportStep): Markup | string {
  if (gate === undefined) return '';
  const queries = [...new Set(gate.checks.flatMap((check) => check.queries))];
  return html`<h3>Gate at ${to}</h3>
    <p class="soft">
      ${gate.source}, ${minutes(between(gate.startedAt, gate.endedAt))}, ${gate.looks} looks. ${gate.summary}
    </p>
    <table>
      ${head('Check', 'Verdict', 'Found', 'Rule')}
      <tbody>
        ${gate.checks.map(
          (check) =>
            html`<tr>
              <td>${check.id}</td>
              <td><span class="${check.verdict}">${verdictWords[check.verdict]}</span></td>
              <td>${check.finding}</td>
              <td>${check.rule}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <details>
      <summary>What was asked</summary>
      ${queries.map((query) => html`<p><code>${query}</code></p>`)}
    </details>`;
}

function timeline({ events }: ReleaseReport): Markup {
  return html`<table>
    ${head('Time', 'What', 'Took', 'Who')}
    <tbody>
      ${events.map(
        ({ at, what, tookSeconds, who }) =>
          html`<tr>
            <td>${timeOfDay(at)}</td>
            <td>${what}</td>
            <td>${tookSeconds === undefined ? '' : minutes(tookSeconds)}</td>
            <td>${who ?? ''}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

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

const badgeKind = ({ outcome }: ReleaseReport): string =>
  outcome === 'done' ? 'pass' : outcome === 'held' || outcome === 'interrupted' ? '' : 'fail';

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
      <p><span class="badge ${badgeKind(report)}">${headline(report)}</span></p>
      <p>${report.summary}</p>
      <p class="soft">
        ${clock(report.startedAt)} UTC · ${minutes(between(report.startedAt, report.endedAt))} ·
        ${who.join(' · ')} · exit code ${report.exitCode}
      </p>
    </header>
    <main>
      <section>
        <h2>Steps</h2>
        ${
          report.steps.length === 0
            ? html`<p class="soft">No step was taken.</p>`
            : html`<table>
                ${head('Step', 'Weight', 'At', 'Update', 'Proxies', 'Objects', 'Gate')}
                <tbody>
                  ${report.steps.map(stepRow)}
                </tbody>
              </table>`
        }
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
        ${timeline(report)}
      </section>
    </main>
    <footer>The same numbers for machines: release.json beside this page.</footer>`;
  return page(title, style, body);
}
