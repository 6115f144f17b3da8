import { label } from '../../workloads/metrics';
import type { PodView } from '../../workloads/pods';
import { statPrefix } from './filter';
import { istioLabels, type Labels, type Peers } from './labels';

/** What Envoy's text format makes of the prefix. */
const rawPrefix = `envoy_${statPrefix}_`;
const sample = /^(\w+)\{(.*)\} (\S+)$/;
const tag = /(\w+)="((?:[^"\\]|\\.)*)"/g;

const unescaped = (value: string): string =>
  value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

function tagsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(tag)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  );
}

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${label(value)}"`)
    .join(',');

/**
 * Envoy's metrics with Istio's standard ones as Istio's own build has them: what the EnvoyFilter has counted gets Istio's names
 * and labels. Series that differ only in what no label says are added up.
 * @param text in Prometheus' format, as Envoy prints it
 * @param pod the proxy's own
 */
export function withIstioMetrics(text: string, pod: PodView, peers: Peers): string {
  const kept: string[] = [];
  const types: string[] = [];
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line.startsWith(`# TYPE ${rawPrefix}`)) {
      types.push(line.replace(rawPrefix, ''));
      continue;
    }
    const match = line.startsWith(rawPrefix) ? sample.exec(line) : null;
    if (match === null) {
      kept.push(line);
      continue;
    }
    const [, name = '', tags = '', value = '0'] = match;
    const { le, ...raw } = tagsOf(tags);
    const labels = istioLabels(raw, pod, peers, name.startsWith(`${rawPrefix}istio_tcp_`));
    const key = `${name.slice(rawPrefix.length)}{${labelText(le === undefined ? labels : { ...labels, le })}}`;
    sums.set(key, (sums.get(key) ?? 0) + Number(value));
  }
  return [kept.join('\n').trimEnd(), ...grouped(types, sums), ''].join('\n');
}

/** All series of a metric stand behind its type. */
function grouped(types: readonly string[], sums: ReadonlyMap<string, number>): string[] {
  const series = [...sums].map(([key, value]) => `${key} ${value}`);
  return types.flatMap((type) => {
    const name = type.split(' ')[2] ?? '';
    const own = new RegExp(`^${name}(_bucket|_sum|_count)?\\{`);
    return [type, ...series.filter((line) => own.test(line))];
  });
}
