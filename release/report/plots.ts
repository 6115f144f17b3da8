import type { EChartsOption, LineSeriesOption } from 'echarts';
import { Markup } from './markup';
import type { ReleaseReport } from './model';
import {
  type Bound,
  bounds,
  errorRate,
  line,
  type Line,
  quantile,
  shareInterval,
  shareOf,
  since,
  weights,
} from './series';
import { type Colour, ink, toVariables } from './style';

/** A plot at the two widths that the page shows: one scaled down to a phone would have letters nobody can read. */
export interface Plot {
  readonly wide: Markup;
  readonly narrow: Markup;
}

export type Draw = (option: (narrow: boolean) => EChartsOption) => Plot;

const HEIGHT = 260;
const WIDTHS = { wide: 960, narrow: 400 };
const text = { fontFamily: 'system-ui,sans-serif', fontSize: 12, color: ink('soft') };

/** Takes out of a drawing what a page with a strict content policy cannot have, and makes its ids its own. */
function inline(svg: string, prefix: string): string {
  return toVariables(
    svg
      .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
      .replace(/ (?:xmlns(?::\w+)?|ecmeta_\w+|class|version|baseProfile|pointer-events)="[^"]*"/g, '')
      .replace(/\b(id="|url\(#)zr\d+-/g, `$1${prefix}-`)
      .replace(/<svg width="[^"]*" height="[^"]*"/, '<svg aria-hidden="true" focusable="false"'),
  );
}

/** Loads the plot library, which is large: only whoever writes a page waits for it. */
export async function drawer(): Promise<Draw> {
  const echarts = await import('echarts');
  let drawn = 0;
  const one = (option: EChartsOption, width: number): Markup => {
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height: HEIGHT });
    try {
      chart.setOption({ animation: false, ...option });
      return new Markup(inline(chart.renderToSVGString(), `plot${++drawn}`));
    } finally {
      chart.dispose();
    }
  };
  return (option) => ({ wide: one(option(false), WIDTHS.wide), narrow: one(option(true), WIDTHS.narrow) });
}

function frame(report: ReleaseReport, narrow: boolean, unit: string, more: object = {}): EChartsOption {
  return {
    textStyle: text,
    grid: { left: narrow ? 46 : 58, right: narrow ? 14 : 20, top: 40, bottom: 46 },
    xAxis: {
      type: 'value',
      name: 'seconds since the start',
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: text,
      min: 0,
      max: Math.max(1, Math.ceil(since(report, report.endedAt))),
      splitNumber: narrow ? 4 : 10,
      splitLine: { show: false },
      axisLine: { lineStyle: { color: ink('axis') } },
      axisLabel: { ...text, showMaxLabel: false },
    },
    yAxis: {
      type: 'value',
      name: unit,
      nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -36] },
      min: 0,
      splitLine: { lineStyle: { color: ink('rule') } },
      axisLabel: text,
      ...more,
    },
  };
}

const scaled = (data: Line, by: number): [number, number | null][] =>
  data.map(([at, value]) => [at, value === null ? null : value * by]);

const curve = (
  name: string,
  data: Line,
  colour: Colour,
  by: number,
  more: LineSeriesOption = {},
): LineSeriesOption => ({
  type: 'line',
  name,
  silent: true,
  // A bake with a single look is a point, which a line alone would not show.
  showSymbol: data.length < 40,
  symbolSize: 4,
  color: ink(colour),
  lineStyle: { width: 1.7 },
  data: scaled(data, by),
  ...more,
});

/** Bounds of the gate, each drawn over its own bake only. */
const boundLine = (held: readonly Bound[], by: number): LineSeriesOption =>
  curve(
    'bound',
    held.flatMap(({ from, to, value }) => [
      [from, value] as const,
      [to, value] as const,
      [to, null] as const,
    ]),
    'failure',
    by,
    { showSymbol: false, lineStyle: { width: 1.2, type: [4, 4] } },
  );

/** What was asked and what callers got. */
export const sharePlot =
  (report: ReleaseReport) =>
  (narrow: boolean): EChartsOption => ({
    ...frame(report, narrow, 'per cent of the requests', { max: 100, interval: 25 }),
    series: [
      curve('low', shareInterval(report, 0), 'axis', 100, { showSymbol: false, lineStyle: { width: 1 } }),
      curve('high', shareInterval(report, 1), 'axis', 100, { showSymbol: false, lineStyle: { width: 1 } }),
      curve('observed', line(report, shareOf), 'canary', 100),
      curve('asked', weights(report), 'ink', 100, {
        step: 'end',
        showSymbol: false,
        lineStyle: { width: 1.4, type: [5, 4] },
      }),
    ],
  });

/** Errors per version since each bake began, with the ceiling. */
export const errorPlot =
  (report: ReleaseReport) =>
  (narrow: boolean): EChartsOption => ({
    ...frame(report, narrow, 'per cent of the requests failed'),
    series: [
      boundLine(
        bounds(report, (gate) => gate.bounds.errorCeiling),
        100,
      ),
      curve('stable', line(report, errorRate('stable')), 'stable', 100),
      curve('canary', line(report, errorRate('canary')), 'canary', 100),
    ],
  });

/** The gate's quantile per version since each bake began, with the ceiling where there is one. */
export const latencyPlot =
  (report: ReleaseReport) =>
  (narrow: boolean): EChartsOption => ({
    ...frame(report, narrow, 'milliseconds'),
    series: [
      boundLine(
        bounds(report, (gate) => gate.bounds.latencyCeilingMs),
        1,
      ),
      curve('stable', line(report, quantile('stable')), 'stable', 1),
      curve('canary', line(report, quantile('canary')), 'canary', 1),
    ],
  });
