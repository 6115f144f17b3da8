import { type Draw, figure, type LegendEntry, type Markup, versionColour } from '../../../release';
import type { Report } from '../model';
import { durationsHeight, durationsPlot, latencyPlot } from '../plots/durations';
import { versionsSeen } from '../plots/series';
import { failuresPlot, requestsPlot, sharePlot } from '../plots/traffic';

/** All plots of a report; one whose data the run did not record is left out. */
export function figures(report: Report, draw: Draw): Markup[] {
  const versions = versionsSeen(report).map((name, i) => ({ name, colour: versionColour(i) }));
  const update: LegendEntry = { name: 'an update running', colour: 'band' };
  const made: Markup[] = [];
  if (report.rates?.windows.length) {
    made.push(
      figure({
        id: 'share',
        title: 'Weight asked, share observed',
        note: 'The canary’s part of the answers in each short window: it scatters around the weight by chance, and should jump when an update ends.',
        keys: [
          { name: 'asked', colour: 'ink', shape: 'dash' },
          { name: 'observed', colour: 'canary', shape: 'line' },
          update,
        ],
        plot: draw(sharePlot(report), 300),
      }),
      figure({
        id: 'requests',
        title: 'Answers per second by version',
        note: 'The load is closed-loop: the height is what the whole chain could carry, and a dip is a pause that callers felt.',
        keys: versions,
        plot: draw(requestsPlot(report), 260),
      }),
      figure({
        id: 'failures',
        title: 'Failed requests',
        note: 'Whatever was no success, from the first request to the last.',
        keys: [{ name: 'failed', colour: 'failure' }, update],
        plot: draw(failuresPlot(report), 190),
      }),
    );
  }
  if (Object.keys(report.latency ?? {}).length > 0) {
    made.push(
      figure({
        id: 'latency',
        title: 'Latency by version',
        note: 'As the client saw it, through gateway, productpage and proxies, by the version that answered.',
        keys: versions.filter(({ name }) => report.latency?.[name]),
        plot: draw(latencyPlot(report), 260),
      }),
    );
  }
  made.push(
    figure({
      id: 'durations',
      title: 'Time of each update',
      note: 'Wall time of pulumi up. The bound is for weight steps, which change one object; the others make, await or remove Deployments.',
      keys: [
        { name: 'weight step', colour: 'stable' },
        { name: 'rollback', colour: 'canary' },
        ...(report.supersede ? [{ name: 'superseding', colour: 'third' as const }] : []),
        { name: 'other', colour: 'neutral' },
      ],
      plot: draw(durationsPlot(report), durationsHeight(report)),
    }),
  );
  return made;
}
