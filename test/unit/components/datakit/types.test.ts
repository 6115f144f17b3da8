import {
  container,
  ddtrace,
  defaultContainer,
  kubernetesPrometheus,
  opentelemetry,
  profile,
  prom,
  renderCollector,
  resolveSettings,
  rum,
  sidecarProm,
  statsd,
  zipkin,
  type ContainerSettings,
  type DataKitSettings,
  type DdtraceSettings,
  type KubernetesPrometheusSettings,
  type LogSettings,
  type OpentelemetrySettings,
  type ProfileSettings,
  type PromCollectorSettings,
  type RumSettings,
  type StatsdSettings,
  type ZipkinSettings,
} from '../../../../components/datakit/pure';
import { istiodProm, logAnnotation } from '../../../../components/datakit/pure';
import { optional, table, text, type Fields } from '../../../../components/datakit/table';
import { problemsOf } from './support';

/**
 * Every unknown key is refused twice: by the compiler, which the directives prove (a directive over a line that compiles
 * is an error itself), and at run time, for settings that come out of a config file.
 */
describe('unknown keys', () => {
  it('are refused in every collector', () => {
    // @ts-expect-error: DataKit's own spelling is not ours.
    const z: ZipkinSettings = { path_v1: '/x' };
    // @ts-expect-error: misspelt.
    const p: PromCollectorSettings = { ...istiodProm, measurmentName: 'x' };
    // @ts-expect-error: a key of the prom collector.
    const k: KubernetesPrometheusSettings = { interval: '10s' };
    // @ts-expect-error: deprecated by DataKit.
    const c: ContainerSettings = { ...defaultContainer, dockerEndpoint: 'x' };
    // @ts-expect-error: one letter short.
    const f: ProfileSettings = { endpoints: ['/x'], bodySizeLimitM: 1 };
    // @ts-expect-error: DataKit's own misspelling.
    const o: OpentelemetrySettings = { http: {}, spiltServiceName: true };
    // @ts-expect-error: deprecated by DataKit.
    const d: DdtraceSettings = { endpoints: ['/x'], ignoreResources: [] };
    // @ts-expect-error: read under another name by DataKit.
    const s: StatsdSettings = { parseDataDogTags: true };
    // @ts-expect-error: there is none.
    const r: RumSettings = { endpoints: ['/x'], sampleRate: 1 };
    expect([
      ...problemsOf(() => renderCollector(zipkin, z)),
      ...problemsOf(() => renderCollector(prom, p)),
      ...problemsOf(() => renderCollector(kubernetesPrometheus, k)),
      ...problemsOf(() => renderCollector(container, c)),
      ...problemsOf(() => renderCollector(profile, f)),
      ...problemsOf(() => renderCollector(opentelemetry, o)),
      ...problemsOf(() => renderCollector(ddtrace, d)),
      ...problemsOf(() => renderCollector(statsd, s)),
      ...problemsOf(() => renderCollector(rum, r)),
    ]).toEqual(
      [
        'zipkin.path_v1',
        'prom.measurmentName',
        'kubernetesprometheus.interval',
        'container.dockerEndpoint',
        'profile.bodySizeLimitM',
        'opentelemetry.spiltServiceName',
        'ddtrace.ignoreResources',
        'statsd.parseDataDogTags',
        'rum.sampleRate',
      ].map((place) => `${place} is not a known key`),
    );
  });

  it('are refused below, in log configurations and in the settings', () => {
    // @ts-expect-error: a key below.
    const z: ZipkinSettings = { sampler: { samplingRate: 1, rate: 1 } };
    // @ts-expect-error: JSON's spelling is not ours.
    const l: LogSettings = { storage_index: 'x' };
    // @ts-expect-error: the token is not a setting.
    const s: DataKitSettings = { clusterName: 'shop', token: 'x' };
    expect([
      ...problemsOf(() => renderCollector(zipkin, z)),
      ...problemsOf(() => logAnnotation([l])),
      ...problemsOf(() => resolveSettings(s)),
    ]).toEqual([
      'zipkin.sampler.rate is not a known key',
      'datakit/logs[0].storage_index is not a known key',
      'datakit.token is not a known key',
    ]);
  });

  it('wrong types do not compile', () => {
    // @ts-expect-error: a number, not a text.
    const z: ZipkinSettings = { sampler: { samplingRate: '1' } };
    // @ts-expect-error: not a metric type.
    const p: PromCollectorSettings = { ...istiodProm, metricTypes: ['counters'] };
    // @ts-expect-error: there is no such role.
    const k: KubernetesPrometheusSettings = { instances: [{ role: 'pods', port: '1' }] };
    expect(problemsOf(() => renderCollector(zipkin, z))).toEqual([
      'zipkin.sampler.samplingRate is the text "1", not a number',
    ]);
    expect(problemsOf(() => renderCollector(prom, p))).toHaveLength(1);
    expect(problemsOf(() => renderCollector(kubernetesPrometheus, k))).toHaveLength(1);
  });

  it('a table of keys that is not complete, or says too much, does not compile', () => {
    interface Two {
      readonly one?: string;
      readonly two?: string;
    }
    const one = optional('one', text('x'));
    // @ts-expect-error: two is missing.
    const short: Fields<Two> = { one };
    // @ts-expect-error: three is no setting.
    const long: Fields<Two> = { one, two: optional('two', text('x')), three: one };
    expect([Object.keys(short), Object.keys(long)]).toEqual([['one'], ['one', 'two', 'three']]);
    expect(table(long).render({ one: 'a' })).toEqual({ one: 'a' });
  });

  it('names the near key', () => {
    const settings = { ...sidecarProm('s'), metricType: ['counter'] } as unknown as PromCollectorSettings;
    expect(() => renderCollector(prom, settings)).toThrow('did you mean metricTypes?');
  });
});
