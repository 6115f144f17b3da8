import type { PodCount } from './counters';

/** A label's value as Prometheus' text format escapes it. */
export const label = (value: string): string =>
  value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

/** The stand-ins' request counters in Prometheus' text format. */
export function metricsOf(counts: readonly PodCount[]): string {
  const rows = counts.flatMap(({ service, version, pod, namespace, requests, failures }) => {
    const labels = Object.entries({ service, version, pod, namespace })
      .map(([name, value]) => `${name}="${label(value)}"`)
      .join(',');
    return [
      `rehearsal_requests_total{${labels},outcome="ok"} ${requests - failures}`,
      `rehearsal_requests_total{${labels},outcome="failed"} ${failures}`,
    ];
  });
  return ['# TYPE rehearsal_requests_total counter', ...rows, ''].join('\n');
}
