import type { EChartsOption } from 'echarts';
import { along, type ColourName, type Frame, ink, labelled, text, valueAxis } from '../../../release';
import type { Bench, Phase } from '../model';
import { times } from './format';

type Plotted = (frame: Frame) => EChartsOption;

const besideLabels = ({ narrow }: Frame) => ({ left: narrow ? 130 : 212, right: 52, top: 20, bottom: 48 });

const names = ({ narrow }: Frame): number => (narrow ? 118 : 200);

/** Whose time it is, by colour. */
function colourOf(id: string): ColourName {
  if (id === 'empty') return 'neutral';
  if (/^(kubectl|helm|cdk8s)-/.test(id)) return 'fourth';
  return id === 'rollback' ? 'canary' : 'stable';
}

export const timingsHeight = ({ timings }: Bench): number => 80 + 30 * timings.length;

/** Every timed thing as times an empty program's `up`; the line through a bar's end is the least and the most. */
export function timingsPlot({ timings }: Bench): Plotted {
  return (frame) => ({
    textStyle: text,
    grid: besideLabels(frame),
    xAxis: along('times an empty program’s up'),
    yAxis: labelled(
      timings.map(({ what }) => what),
      names(frame),
    ),
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 14,
        data: timings.map(({ id, timesEmpty }) => ({
          value: timesEmpty.median,
          itemStyle: { color: ink(colourOf(id)), borderRadius: [0, 3, 3, 0] },
        })),
      },
      ...timings.map(({ timesEmpty }, index) => ({
        type: 'line' as const,
        silent: true,
        symbol: 'none',
        color: ink('ink'),
        lineStyle: { width: 1.6 },
        data: [
          [timesEmpty.min, index],
          [timesEmpty.max, index],
        ],
        endLabel: {
          show: true,
          ...text,
          verticalAlign: 'middle' as const,
          formatter: () => times(timesEmpty.median),
        },
      })),
    ],
  });
}

/** A weight step's time over the size of the application; every repetition is a dot. */
export function growthPlot({ growth }: Bench): Plotted {
  return ({ narrow }) => ({
    textStyle: text,
    grid: { left: narrow ? 44 : 56, right: 30, top: 44, bottom: 46 },
    xAxis: along('services of the application'),
    yAxis: valueAxis('seconds'),
    series: [
      {
        type: 'scatter',
        silent: true,
        symbolSize: 5,
        color: ink('neutral'),
        data: growth.sizes.flatMap(({ services, seconds }) =>
          seconds.values.map((value) => [services, value]),
        ),
      },
      {
        type: 'line',
        silent: true,
        color: ink('stable'),
        lineStyle: { width: 1.8 },
        symbolSize: 7,
        data: growth.sizes.map(({ services, seconds }) => [services, seconds.median]),
      },
    ],
  });
}

/** Whose work a phase is, by colour; neighbours differ. */
const phaseColours: readonly ColourName[] = ['neutral', 'fourth', 'canary', 'third', 'stable'];

export const phaseColour = (index: number): ColourName =>
  phaseColours[index % phaseColours.length] ?? 'neutral';

/** The phases of an empty program's `up` and of a weight step, each a bar from its beginning to its end. */
export function phasesPlot({ breakdown }: Bench): Plotted {
  const bar = (phase: Phase, index: number) => ({
    type: 'bar' as const,
    name: phase.what,
    silent: true,
    stack: 'phases',
    barWidth: 26,
    itemStyle: { color: ink(phaseColour(index)) },
    data: [phase.empty, phase.weightStep],
  });
  return (frame) => ({
    textStyle: text,
    grid: besideLabels(frame),
    xAxis: along('milliseconds since the command was started'),
    yAxis: labelled(['empty program’s up', 'weight step'], names(frame)),
    series: breakdown.phases.map(bar),
  });
}
