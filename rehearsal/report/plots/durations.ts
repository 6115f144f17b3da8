import type { EChartsOption } from 'echarts';
import {
  along,
  type ColourName,
  type Frame,
  grid,
  ink,
  labelled,
  text,
  valueAxis,
  versionColour,
} from '../../../release';
import { seconds } from '../format';
import { allRollbacks, weightSteps, type Report } from '../model';
import { MAX_UP_RATIO } from '../verdict';
import { versionsSeen } from './series';

const quantiles = ['p50', 'p90', 'p99'] as const;

/** Latency quantiles side by side, so that a slower canary stands out. */
export function latencyPlot(report: Report): (frame: Frame) => EChartsOption {
  return (frame) => ({
    textStyle: text,
    grid: grid(frame),
    xAxis: {
      type: 'category',
      data: ['median', '90th percentile', '99th percentile'].map((name, i) =>
        frame.narrow ? (quantiles[i] ?? name) : name,
      ),
      axisLine: { lineStyle: { color: ink('axis') } },
      axisTick: { show: false },
      axisLabel: { ...text, fontSize: 13 },
    },
    yAxis: valueAxis('milliseconds'),
    series: versionsSeen(report)
      .map((version, i) => ({ version, colour: versionColour(i), values: report.latency?.[version] }))
      .filter(({ values }) => values !== undefined)
      .map(({ version, colour, values }) => ({
        type: 'bar' as const,
        name: version,
        silent: true,
        barMaxWidth: frame.narrow ? 26 : 44,
        barGap: '12%',
        itemStyle: { color: ink(colour), borderRadius: [3, 3, 0, 0] },
        label: {
          show: true,
          position: 'top' as const,
          ...text,
          formatter: ({ value }: { value: unknown }) => Number(value).toFixed(1),
        },
        data: quantiles.map((q) => values?.[q] ?? 0),
      })),
  });
}

/** One update with its wall time. */
interface Duration {
  readonly what: string;
  readonly seconds: number;
  readonly colour: ColourName;
}

/** Every update in the order of the run, after the yardstick: an empty program's. */
function durations(report: Report): Duration[] {
  const moves = new Set(weightSteps(report));
  return [
    { what: 'empty program', seconds: report.baseline.emptyProgramUpSeconds, colour: 'neutral' },
    ...report.steps.map((step): Duration => {
      const name = Number.isNaN(Number(step.step)) ? step.step : `to ${step.step} %`;
      return { what: name, seconds: step.upSeconds, colour: moves.has(step) ? 'stable' : 'neutral' };
    }),
    ...allRollbacks(report).map((r): Duration => ({
      what: `back from ${r.from} %`,
      seconds: r.upSeconds,
      colour: 'canary',
    })),
    ...(report.supersede?.moves ?? []).map((m): Duration => ({
      what: m.what,
      seconds: m.upSeconds,
      colour: 'third',
    })),
  ];
}

/** The height that gives every bar its line. */
export function durationsHeight(report: Report): number {
  return 90 + 26 * durations(report).length;
}

/** How long each `up` took, with the bound for weight steps. */
export function durationsPlot(report: Report): (frame: Frame) => EChartsOption {
  const bars = durations(report);
  const bound = MAX_UP_RATIO * report.baseline.emptyProgramUpSeconds;
  const longest = Math.max(bound, ...bars.map((bar) => bar.seconds));
  return (frame) => ({
    textStyle: text,
    grid: { left: frame.narrow ? 118 : 150, right: 48, top: 30, bottom: 48 },
    xAxis: along('seconds', {
      // Only where no bar reaches the bound would the axis end before it.
      max: longest > bound ? undefined : Math.ceil(bound),
      splitNumber: frame.narrow ? 4 : 8,
    }),
    yAxis: labelled(
      bars.map((bar) => bar.what),
      frame.narrow ? 108 : 138,
    ),
    series: [
      {
        type: 'bar',
        silent: true,
        barWidth: 14,
        data: bars.map((bar) => ({
          value: bar.seconds,
          itemStyle: { color: ink(bar.colour), borderRadius: [0, 3, 3, 0] },
        })),
        label: {
          show: true,
          position: 'right',
          ...text,
          backgroundColor: ink('card'),
          padding: [1, 2],
          formatter: ({ value }) => seconds(Number(value)),
        },
        // Under the bars' labels, so that it never strikes a number through.
        markLine: {
          z: 1,
          silent: true,
          symbol: 'none',
          lineStyle: { color: ink('failure'), type: [4, 4], width: 1.2 },
          label: { formatter: `${MAX_UP_RATIO} × empty`, ...text, color: ink('failure'), position: 'start' },
          data: [{ xAxis: bound }],
        },
      },
    ],
  });
}
