import {
  container,
  ddtrace,
  kubernetesPrometheus,
  opentelemetry,
  profile,
  prom,
  renderCollector,
  rum,
  statsd,
  zipkin,
  type Collector,
} from './collectors';
import { renderPipeline } from './pipelines';
import type { ResolvedSettings } from './resolve';

const HOME = '/usr/local/datakit';

/** One file of DataKit's: an entry of a ConfigMap and the place it is mounted at. */
export interface MountedFile {
  /** Key in the ConfigMap, and `subPath` of the mount. */
  readonly name: string;
  readonly mountPath: string;
  readonly content: string;
}

/** A collector's file, in the folder DataKit keeps its sample in. */
function file<T>(collector: Collector<T>, settings: T | undefined, name = collector.input): MountedFile[] {
  if (settings === undefined) return [];
  return [
    {
      name: `${name}.conf`,
      mountPath: `${HOME}/conf.d/${collector.input}/${name}.conf`,
      content: renderCollector(collector, settings, name),
    },
  ];
}

/** The files of all collectors. */
export function collectorFiles({ collectors }: ResolvedSettings): readonly MountedFile[] {
  return [
    ...file(zipkin, collectors.zipkin),
    ...Object.entries(collectors.prom ?? {}).flatMap(([name, settings]) =>
      file(prom, settings, `prom_${name}`),
    ),
    ...file(kubernetesPrometheus, collectors.kubernetesPrometheus),
    ...file(container, collectors.container),
    ...file(profile, collectors.profile),
    ...file(opentelemetry, collectors.opentelemetry),
    ...file(ddtrace, collectors.ddtrace),
    ...file(statsd, collectors.statsd),
    ...file(rum, collectors.rum),
  ];
}

/** The scripts for logs; a log configuration names them without their folder. */
export function pipelineFiles({ pipelines }: ResolvedSettings): readonly MountedFile[] {
  return Object.entries(pipelines).map(([name, pipeline]) => ({
    name: `${name}.p`,
    mountPath: `${HOME}/pipeline/logging/${name}.p`,
    content: renderPipeline(pipeline, name),
  }));
}

/**
 * The collectors DataKit starts from its own samples.
 *
 * DataKit writes a sample to `conf.d/<name>.conf`, beside and not instead of a file in `conf.d/<name>/`: a collector
 * with both would run twice, or once with the wrong settings where only one may run.
 */
export function sampleInputs(settings: ResolvedSettings): readonly string[] {
  const withFile = new Set(collectorFiles(settings).map(({ mountPath }) => mountPath.split('/').at(-2)));
  return settings.inputs.filter((input) => !withFile.has(input));
}
