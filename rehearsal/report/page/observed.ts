import { html, type Markup, table } from '../../../release';
import { count, percent, seconds } from '../format';
import type { Report } from '../model';

function shareTable({ scraped }: Report): Markup | string {
  if (!scraped || scraped.shares.length === 0) return '';
  const rows = scraped.shares.map(({ counted, requests, scraped: told, step, weight }) => [
    step,
    String(weight),
    percent(counted),
    told === null ? html`<span class="fail">no request</span>` : percent(told),
    told === null ? '' : ((told - counted) * 100).toFixed(1),
    count(requests),
  ]);
  return html`<h3>Share of the canary by metrics</h3>
    ${table(['Step', 'Weight, %', 'Counted, %', 'Scraped, %', 'Difference, points', 'Requests scraped'], rows)}`;
}

function spanTable({ traces }: Report): Markup | string {
  if (!traces) return '';
  const rows = Object.entries(traces.perService).flatMap(([service, versions]) =>
    Object.entries(versions).map(([version, n]) => [service, version, count(n)]),
  );
  const chains = Object.entries(traces.chains ?? {}).sort(([, a], [, b]) => b - a);
  const listed = (entries: readonly (readonly [string, number])[]) =>
    html`<ul>
      ${entries.map(([text, n]) => html`<li>${text} <span class="soft">${count(n)}</span></li>`)}
    </ul>`;
  const reasons = Object.entries(traces.reasons ?? {});
  return html`<h3>Traces: ${count(traces.whole)} whole of ${count(traces.sampled)}</h3>
    ${reasons.length > 0 ? html`<div class="fail">${listed(reasons)}</div>` : ''}
    ${table(['Service', 'Version', 'Spans'], rows)}
    ${
      chains.length > 0
        ? html`<details>
            <summary>Ways through the services <span class="soft">${chains.length}</span></summary>
            ${listed(chains)}
          </details>`
        : ''
    }`;
}

function seriesList({ scraped }: Report): Markup | string {
  if (!scraped) return '';
  const entries = Object.entries(scraped.seriesPerPod).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return html`<details>
      <summary>Series by pod <span class="soft">${entries.length}</span></summary>
      <ul>
        ${entries.map(([pod, n]) => html`<li><code>${pod}</code> ${count(n)}</li>`)}
      </ul>
    </details>
    ${(scraped.problems ?? []).map((problem) => html`<p class="fail">${problem}</p>`)}`;
}

/** The section on the platform and what its monitoring saw; undefined for a run without both. */
export function observed(report: Report): Markup | undefined {
  const { edge, platform, scraped, traces } = report;
  if (!edge && !platform && !scraped && !traces) return undefined;
  const facts = [
    ...(platform
      ? [
          `The platform layer has ${count(platform.objects)} objects; its first update took ${seconds(platform.upSeconds)} s and a second one changed ${count(platform.secondUpChanges)}.`,
        ]
      : []),
    ...(edge
      ? [
          `${count(edge.withSnippet)} of ${count(edge.pages)} pages through the edge carried the RUM snippet; ${count(edge.rumPosts)} posts of RUM data arrived.`,
        ]
      : []),
  ];
  return html`${facts.map((fact) => html`<p>${fact}</p>`)}${shareTable(report)}${spanTable(report)}${seriesList(report)}`;
}
