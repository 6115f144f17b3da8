import type { z } from 'zod';
import { inputsOf, readInstance } from './parse';
import * as schema from './schema';

/** What a pod of DataKit is told to do by its files. */
export interface Collectors {
  readonly zipkin: readonly schema.ZipkinConf[];
  readonly prom: readonly schema.PromConf[];
  readonly kubernetesPrometheus?: schema.KubernetesPrometheusConf;
  readonly rum: readonly schema.RumConf[];
  /** Go duration; undefined for DataKit's own. */
  readonly objectCollectInterval?: string;
  /** Collectors that are configured and whose work nobody does here. */
  readonly notPlayed: readonly string[];
}

/** Only files with this ending below this folder are configuration. */
const isConf = (path: string): boolean => /^\/usr\/local\/datakit\/conf\.d\/.*\.conf$/.test(path);

const known: Readonly<Record<string, z.ZodType>> = {
  zipkin: schema.zipkin,
  prom: schema.prom,
  kubernetesprometheus: schema.kubernetesPrometheus,
  container: schema.container,
  profile: schema.profile,
  opentelemetry: schema.opentelemetry,
  ddtrace: schema.ddtrace,
  rum: schema.rum,
  statsd: schema.statsd,
};
/** Collectors that DataKit runs once, whatever is written. */
const singletons = new Set(['container', 'kubernetesprometheus', 'opentelemetry']);
const played = new Set(['zipkin', 'prom', 'kubernetesprometheus', 'container', 'rum']);

type Report = (problem: string) => void;

/** The instances of every collector in the files, as far as DataKit would run them. */
function instances(files: Readonly<Record<string, string>>, report: Report): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const [path, document] of Object.entries(files).filter(([file]) => isConf(file))) {
    try {
      for (const [input, tables] of inputsOf(document, path)) {
        const kind = known[input];
        if (!kind) {
          report(`${path}: there is no collector ${input}`);
          continue;
        }
        for (const table of tables) {
          const value = readInstance(kind, table, `${path}: inputs.${input}`, report);
          if (value !== undefined) found.set(input, [...(found.get(input) ?? []), value]);
        }
      }
    } catch (error) {
      report((error as Error).message);
    }
  }
  return found;
}

/** Reads the files of a pod of DataKit. @param report called with everything DataKit would pass over */
export function readCollectors(files: Readonly<Record<string, string>>, report: Report): Collectors {
  const found = instances(files, report);
  for (const [input, values] of found) {
    if (singletons.has(input) && values.length > 1)
      report(`${input} is configured ${values.length} times and runs once`);
  }
  const all = <T>(input: string) => (found.get(input) ?? []) as readonly T[];
  return {
    zipkin: all<schema.ZipkinConf>('zipkin'),
    prom: all<schema.PromConf>('prom'),
    kubernetesPrometheus: all<schema.KubernetesPrometheusConf>('kubernetesprometheus')[0],
    rum: all<schema.RumConf>('rum'),
    objectCollectInterval: all<z.infer<typeof schema.container>>('container')[0]?.object_collect_interval,
    notPlayed: [...found.keys()].filter((input) => !played.has(input)),
  };
}

const placeholders: Readonly<Record<string, 'ip' | 'namespace' | 'name' | 'node'>> = {
  $IP: 'ip',
  $NAMESPACE: 'namespace',
  $PODNAME: 'name',
  $NODENAME: 'node',
};

/** Who a pod is, for its annotation. */
export interface AnnotatedPod {
  readonly ip: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

/**
 * The collectors that a pod's annotation starts: its placeholders replaced as plain text, then read as TOML. As in
 * DataKit one mistake that cannot be read drops them all.
 */
export function readAnnotation(text: string, pod: AnnotatedPod, report: Report): schema.PromConf[] {
  const where = `annotation of ${pod.namespace}/${pod.name}`;
  const filled = text.replace(
    /\$(?:IP|NAMESPACE|PODNAME|NODENAME)/g,
    (word) => pod[placeholders[word] ?? 'name'],
  );
  try {
    const inputs = inputsOf(filled, where);
    const other = [...inputs.keys()].filter((input) => input !== 'prom');
    if (other.length > 0) report(`${where}: only inputs.prom is read, not ${other.join(', ')}`);
    const tables = inputs.get('prom') ?? [];
    const read = tables.map((table) =>
      readInstance(schema.annotationProm, table, `${where}: inputs.prom`, report),
    );
    return read.some((one) => one === undefined) ? [] : read.filter((one) => one !== undefined);
  } catch (error) {
    report((error as Error).message);
    return [];
  }
}
