import { html, type Markup } from '../../../release/report/markup';
import type { Report } from '../model';
import { durationsHeight, durationsPlot, latencyPlot } from '../plots/durations';
import { versionColour, type ColourName } from '../plots/palette';
import type { Draw, Plot } from '../plots/render';
import { versionsSeen } from '../plots/series';
import { failuresPlot, requestsPlot, sharePlot } from '../plots/traffic';

interface LegendEntry {
  readonly name: string;
  readonly colour: ColourName;
  readonly shape?: 'line' | 'dash';
}

/** A legend outside of the drawing wraps like text on any width. */
function legend(entries: readonly LegendEntry[]): Markup {
  return html`<div class="legend">
    ${entries.map(
      ({ name, colour, shape }) =>
        html`<span><i${shape ? html` class="${shape}"` : ''} style="--c:var(--${colour})"></i>${name}</span>`,
    )}
  </div>`;
}

function figure(id: string, title: string, note: string, keys: readonly LegendEntry[], plot: Plot): Markup {
  return html`<figure id="${id}" class="plot">
    <figcaption>
      <h3>${title}</h3>
      ${legend(keys)}
      <p>${note}</p>
    </figcaption>
    <div class="wide" role="img" aria-label="${title}">${plot.wide}</div>
    <div class="narrow" role="img" aria-label="${title}">${plot.narrow}</div>
  </figure>`;
}

/** All plots of a report; one whose data the run did not record is left out. */
export function figures(report: Report, draw: Draw): Markup[] {
  const versions = versionsSeen(report).map((name, i) => ({ name, colour: versionColour(i) }));
  const update: LegendEntry = { name: 'an update running', colour: 'band' };
  const made: Markup[] = [];
  if (report.rates?.windows.length) {
    made.push(
      figure(
        'share',
        'Weight asked, share observed',
        'The canary’s part of the answers in each short window: it scatters around the weight by chance, and should jump when an update ends.',
        [
          { name: 'asked', colour: 'ink', shape: 'dash' },
          { name: 'observed', colour: 'canary', shape: 'line' },
          update,
        ],
        draw(sharePlot(report), 300),
      ),
      figure(
        'requests',
        'Answers per second by version',
        'The load is closed-loop: the height is what the whole chain could carry, and a dip is a pause that callers felt.',
        versions,
        draw(requestsPlot(report), 260),
      ),
      figure(
        'failures',
        'Failed requests',
        'Whatever was no success, from the first request to the last.',
        [{ name: 'failed', colour: 'failure' }, update],
        draw(failuresPlot(report), 190),
      ),
    );
  }
  if (Object.keys(report.latency ?? {}).length > 0) {
    made.push(
      figure(
        'latency',
        'Latency by version',
        'As the client saw it, through gateway, productpage and proxies, by the version that answered.',
        versions.filter(({ name }) => report.latency?.[name]),
        draw(latencyPlot(report), 260),
      ),
    );
  }
  made.push(
    figure(
      'durations',
      'Time of each update',
      'Wall time of pulumi up. The bound is for weight steps, which change one object; the others make, await or remove Deployments.',
      [
        { name: 'weight step', colour: 'stable' },
        { name: 'rollback', colour: 'canary' },
        ...(report.supersede ? [{ name: 'superseding', colour: 'third' as const }] : []),
        { name: 'other', colour: 'neutral' },
      ],
      draw(durationsPlot(report), durationsHeight(report)),
    ),
  );
  return made;
}
