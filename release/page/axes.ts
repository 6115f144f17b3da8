import type { EChartsOption, XAXisComponentOption, YAXisComponentOption } from 'echarts';
import type { Frame } from './drawing';
import { ink } from './palette';

/** No quotes in it: the drawing puts it into a quoted attribute as it is. */
export const text = { fontFamily: 'system-ui,sans-serif', fontSize: 12, color: ink('soft') };

/** Room for a title of the y axis above and of the x axis below. */
export const grid = ({ narrow }: Pick<Frame, 'narrow'>): object => ({
  left: narrow ? 44 : 56,
  right: narrow ? 14 : 20,
  top: 44,
  bottom: 46,
});

/** Seconds since something began, up to `last`. */
const secondsAxis = (last: number, { narrow }: Pick<Frame, 'narrow'>): XAXisComponentOption => ({
  type: 'value',
  name: 'seconds since the start',
  nameLocation: 'middle',
  nameTextStyle: { ...text },
  nameGap: 30,
  min: 0,
  max: Math.max(1, Math.ceil(last)),
  splitNumber: narrow ? 4 : 10,
  splitLine: { show: false },
  axisLine: { show: true, lineStyle: { color: ink('axis') } },
  axisTick: { show: true, lineStyle: { color: ink('axis') } },
  axisLabel: { ...text, showMaxLabel: false },
});

/** A y axis whose title, the unit, stands above it where it is read first. */
export const valueAxis = (unit: string, more: YAXisComponentOption = {}): YAXisComponentOption =>
  ({
    type: 'value',
    name: unit,
    nameLocation: 'end',
    nameTextStyle: { ...text, align: 'left', padding: [0, 0, 0, -36] },
    nameGap: 22,
    min: 0,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: ink('rule') } },
    axisLabel: { ...text },
    ...more,
  }) as YAXisComponentOption;

/** A y axis of names, the first on top; names that are wider than `cells` pixels are cut. */
export const labelled = (names: readonly string[], cells: number): YAXisComponentOption => ({
  type: 'category',
  inverse: true,
  data: [...names],
  axisLine: { lineStyle: { color: ink('axis') } },
  axisTick: { show: false },
  axisLabel: { ...text, width: cells, overflow: 'truncate' },
});

/** What every plot over time has: room, an axis of seconds and one of values. */
export const overTime = (
  last: number,
  frame: Pick<Frame, 'narrow'>,
  y: YAXisComponentOption,
): EChartsOption => ({
  textStyle: text,
  grid: grid(frame),
  xAxis: secondsAxis(last, frame),
  yAxis: y,
});

/** An x axis of values, its unit below the middle. */
export const along = (unit: string, more: object = {}): XAXisComponentOption => ({
  ...(valueAxis(unit) as object),
  nameLocation: 'middle',
  nameGap: 30,
  nameTextStyle: { ...text },
  ...more,
});
