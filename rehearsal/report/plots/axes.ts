import type { MarkAreaComponentOption, MarkLineComponentOption } from 'echarts';
import { ink, text } from '../../../release';
import type { Report } from '../model';

/** When a run's last traffic and its last event ended, seconds since it began. */
export function lastSecond(report: Report): number {
  const rates = report.rates;
  const last = rates?.windows.at(-1)?.t ?? 0;
  const ends = (report.timeline ?? []).map((e) => e.seconds + (e.tookSeconds ?? 0));
  return Math.max(1, last + (rates?.windowSeconds ?? 0), ...ends);
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
