import type {
  MarkAreaComponentOption,
  MarkLineComponentOption,
  XAXisComponentOption,
  YAXisComponentOption,
} from 'echarts';
import type { Report } from '../model';
import { ink } from './palette';
import type { Frame } from './render';

/** No quotes in it: the drawing puts it into a quoted attribute as it is. */
export const text = { fontFamily: 'system-ui,sans-serif', fontSize: 12, color: ink('soft') };

/** Room for a title of the y axis above and of the x axis below. */
export function grid({ narrow }: Frame): object {
  return { left: narrow ? 44 : 56, right: narrow ? 14 : 20, top: 44, bottom: 46 };
}

const name = { nameTextStyle: { ...text }, nameGap: 16 };

/** Seconds since the run began. */
export function timeAxis(report: Report, frame: Frame): XAXisComponentOption {
  return {
    type: 'value',
    name: 'seconds since the start',
    nameLocation: 'middle',
    ...name,
    nameGap: 30,
    min: 0,
    max: Math.ceil(lastSecond(report)),
    splitNumber: frame.narrow ? 4 : 10,
    splitLine: { show: false },
    axisLine: { show: true, lineStyle: { color: ink('axis') } },
    axisTick: { show: true, lineStyle: { color: ink('axis') } },
    axisLabel: { ...text, showMaxLabel: false },
  };
}

function lastSecond(report: Report): number {
  const rates = report.rates;
  const last = rates?.windows.at(-1)?.t ?? 0;
  const ends = (report.timeline ?? []).map((e) => e.seconds + (e.tookSeconds ?? 0));
  return Math.max(1, last + (rates?.windowSeconds ?? 0), ...ends);
}

/** A y axis whose title, the unit, stands above it where it is read first. */
export function valueAxis(unit: string, more: YAXisComponentOption = {}): YAXisComponentOption {
  return {
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
  } as YAXisComponentOption;
}

/** Stretches in which an update ran, shaded behind the curves. */
export function updateBands(report: Report): MarkAreaComponentOption {
  const updates = (report.timeline ?? []).filter((e) => e.tookSeconds && e.kind && e.kind !== 'note');
  return {
    silent: true,
    itemStyle: { color: ink('band') },
    data: updates.map((e) => [{ xAxis: e.seconds }, { xAxis: e.seconds + (e.tookSeconds ?? 0) }]),
  };
}

/** Where a rollback or a superseding began: the moments that a reader looks for. */
export function waysBack(report: Report): MarkLineComponentOption {
  const marks = (report.timeline ?? []).filter((e) => e.kind === 'rollback' || e.kind === 'supersede');
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: ink('failure'), width: 1, type: [2, 3] },
    data: marks.map((e) => ({
      xAxis: e.seconds,
      label: { ...text, color: ink('failure'), formatter: e.kind === 'rollback' ? 'rollback' : 'superseded' },
    })),
  };
}
