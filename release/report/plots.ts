import type { EChartsOption, LineSeriesOption } from 'echarts';
import { type ColourName, type Frame, ink, overTime, valueAxis } from '../page';
import {
  type Bound,
  bounds,
  type Course,
  errorRate,
  line,
  type Line,
  quantile,
  shareInterval,
  shareOf,
  since,
  weights,
} from './series';

/** Pixels. */
export const PLOT_HEIGHT = 260;

const scaled = (data: Line, by: number): [number, number | null][] =>
  data.map(([at, value]) => [at, value === null ? null : value * by]);

const curve = (
  name: string,
  data: Line,
  colour: ColourName,
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
  (course: Course) =>
  (frame: Frame): EChartsOption => ({
    ...overTime(
      since(course, course.endedAt),
      frame,
      valueAxis('per cent of the requests', { max: 100, interval: 25 }),
    ),
    series: [
      curve('low', shareInterval(course, 0), 'axis', 100, { showSymbol: false, lineStyle: { width: 1 } }),
      curve('high', shareInterval(course, 1), 'axis', 100, { showSymbol: false, lineStyle: { width: 1 } }),
      curve('observed', line(course, shareOf), 'canary', 100),
      curve('asked', weights(course), 'ink', 100, {
        step: 'end',
        showSymbol: false,
        lineStyle: { width: 1.4, type: [5, 4] },
      }),
    ],
  });

/** Errors per version since each bake began, with the ceiling. */
export const errorPlot =
  (course: Course) =>
  (frame: Frame): EChartsOption => ({
    ...overTime(since(course, course.endedAt), frame, valueAxis('per cent of the requests failed')),
    series: [
      boundLine(
        bounds(course, (gate) => gate.bounds.errorCeiling),
        100,
      ),
      curve('stable', line(course, errorRate('stable')), 'stable', 100),
      curve('canary', line(course, errorRate('canary')), 'canary', 100),
    ],
  });

/** The gate's quantile per version since each bake began, with the ceiling where there is one. */
export const latencyPlot =
  (course: Course) =>
  (frame: Frame): EChartsOption => ({
    ...overTime(since(course, course.endedAt), frame, valueAxis('milliseconds')),
    series: [
      boundLine(
        bounds(course, (gate) => gate.bounds.latencyCeilingMs),
        1,
      ),
      curve('stable', line(course, quantile('stable')), 'stable', 1),
      curve('canary', line(course, quantile('canary')), 'canary', 1),
    ],
  });
