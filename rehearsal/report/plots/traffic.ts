import type { EChartsOption } from 'echarts';
import { type Frame, ink, overTime, text, valueAxis, versionColour } from '../../../release';
import type { Report } from '../model';
import { lastSecond, updateBands, waysBack } from './axes';
import { askedWeights, bins, versionsSeen } from './series';

const MAX_BINS = { wide: 320, narrow: 120 };

function binsFor(report: Report, frame: Frame) {
  return bins(report, frame.narrow ? MAX_BINS.narrow : MAX_BINS.wide);
}

/** What was asked of the mesh and what callers got: the canary's weight and its share of the answers. */
export function sharePlot(report: Report): (frame: Frame) => EChartsOption {
  return (frame) => {
    const asked = askedWeights(report);
    const points = binsFor(report, frame);
    const last = asked.at(-1);
    const end = points.at(-1)?.t;
    // A step line ends at its last point; the last weight holds until the traffic ends.
    const line =
      last && end !== undefined && end > last.t ? [...asked, { t: end, weight: last.weight }] : asked;
    return {
      ...overTime(
        lastSecond(report),
        frame,
        valueAxis('per cent of the answers', { max: 100, interval: 25 }),
      ),
      series: [
        {
          type: 'line',
          name: 'observed',
          silent: true,
          showSymbol: false,
          color: ink('canary'),
          data: points.map((p) => [p.t, p.share]),
          lineStyle: { width: 1.6 },
          markArea: updateBands(report),
          markLine: waysBack(report),
        },
        {
          type: 'line',
          name: 'asked',
          silent: true,
          step: 'end',
          showSymbol: false,
          color: ink('ink'),
          data: line.map((a) => [a.t, a.weight]),
          lineStyle: { width: 1.4, type: [5, 4] },
        },
      ],
    };
  };
}

/** Answers per second, the versions on top of each other: the height is the load, the colours are who took it. */
export function requestsPlot(report: Report): (frame: Frame) => EChartsOption {
  return (frame) => {
    const points = binsFor(report, frame);
    return {
      ...overTime(lastSecond(report), frame, valueAxis('answers per second')),
      series: versionsSeen(report).map((version, i) => ({
        type: 'line' as const,
        name: version,
        silent: true,
        stack: 'answers',
        showSymbol: false,
        color: ink(versionColour(i)),
        lineStyle: { width: 0 },
        areaStyle: { color: ink(versionColour(i)), opacity: 0.85 },
        data: points.map((p) => [p.t, p.rates[version] ?? 0]),
      })),
    };
  };
}

/** Failed requests per second; an empty plot is the good one, so it says so. */
export function failuresPlot(report: Report): (frame: Frame) => EChartsOption {
  return (frame) => {
    const points = binsFor(report, frame);
    const any = points.some((p) => p.failures > 0);
    return {
      ...overTime(
        lastSecond(report),
        frame,
        valueAxis('failed requests per second', any ? {} : { max: 1, interval: 1 }),
      ),
      graphic: any
        ? []
        : [
            {
              type: 'text',
              left: 'center',
              top: 'middle',
              silent: true,
              z: 10,
              style: { text: 'none failed', fill: ink('soft'), fontSize: 13, fontFamily: text.fontFamily },
            },
          ],
      series: [
        {
          type: 'bar',
          name: 'failures',
          silent: true,
          barWidth: frame.narrow ? 2 : 3,
          itemStyle: { color: ink('failure') },
          data: points.filter((p) => p.failures > 0).map((p) => [p.t, p.failures]),
          markArea: updateBands(report),
        },
      ],
    };
  };
}
