import { parse } from 'smol-toml';
import {
  resolveSettings,
  scrapeAnnotations,
  sidecarTarget,
  type DataKitSettings,
} from '../../../../components/datakit/pure';
import { collectorFiles, pipelineFiles, sampleInputs } from '../../../../components/datakit/files';
import { placesOf } from './support';

const resolve = (more: Partial<DataKitSettings> = {}) => resolveSettings({ clusterName: 'shop', ...more });
const places = (more: Partial<DataKitSettings> = {}) =>
  collectorFiles(resolve(more)).map(({ mountPath }) => mountPath.replace('/usr/local/datakit/conf.d/', ''));

describe('settings', () => {
  it('start the collectors of the mesh by default, where hand-written manifests mount them', () => {
    expect(places()).toEqual(['zipkin/zipkin.conf', 'prom/prom_istiod.conf', 'container/container.conf']);
  });

  it('mount every other collector in its own folder', () => {
    expect(
      places({
        sidecarScraping: 'kubernetesprometheus',
        collectors: {
          zipkin: false,
          container: false,
          prom: {},
          profile: { endpoints: ['/profiling/v1/input'] },
          opentelemetry: { http: {} },
          ddtrace: { endpoints: ['/v0.4/traces'] },
          statsd: {},
          rum: { endpoints: ['/v1/write/rum'] },
        },
      }),
    ).toEqual(
      ['kubernetesprometheus', 'profile', 'opentelemetry', 'ddtrace', 'statsd', 'rum'].map(
        (name) => `${name}/${name}.conf`,
      ),
    );
  });

  it('bring three scripts, and more by name', () => {
    expect(
      pipelineFiles(resolve({ pipelines: { mine: { steps: [] } } })).map(({ mountPath }) => mountPath),
    ).toEqual(
      ['sleuth', 'envoy', 'plain', 'mine'].map((name) => `/usr/local/datakit/pipeline/logging/${name}.p`),
    );
  });

  it('leave collectors with a file out of those that run by a sample', () => {
    const inputs = ['cpu', 'container', 'zipkin', 'statsd', 'prom'];
    expect(sampleInputs(resolve({ inputs }))).toEqual(['cpu', 'statsd']);
    expect(sampleInputs(resolve({ inputs, collectors: { statsd: {} } }))).toEqual(['cpu']);
    expect(sampleInputs(resolve({ inputs, collectors: { zipkin: false } }))).toEqual([
      'cpu',
      'zipkin',
      'statsd',
    ]);
  });

  it('scrape sidecars in one way or the other, never in both', () => {
    expect(Object.keys(scrapeAnnotations('annotation', 's'))).toEqual(['datakit/prom.instances']);
    expect(scrapeAnnotations('kubernetesprometheus', 's')).toEqual({});
    const own = { role: 'node', port: '9100' } as const;
    const given = { collectors: { kubernetesPrometheus: { instances: [own] } } };
    expect(resolve(given).collectors.kubernetesPrometheus?.instances).toEqual([own]);
    const added = resolve({
      ...given,
      sidecarScraping: 'kubernetesprometheus',
      sidecarNamespaces: ['prod'],
    }).collectors.kubernetesPrometheus;
    expect(added?.instances).toEqual([own, sidecarTarget(['prod'])]);
    expect(added?.scrapeInterval).toBe('10s');
  });

  it('ask the same of a sidecar in both ways', () => {
    const { inputs } = parse(scrapeAnnotations('annotation', 's')['datakit/prom.instances']!) as {
      inputs: { prom: { url: string; measurement_name: string; tags: Record<string, string> }[] };
    };
    const [annotation] = inputs.prom;
    const target = sidecarTarget();
    expect(annotation!.url).toBe(`http://$IP:${target.port}${target.path}`);
    expect(annotation!.measurement_name).toBe(target.custom?.measurement);
    expect(Object.keys(target.custom!.tags!).sort()).toEqual(
      [...Object.keys(annotation!.tags), 'instance'].sort(),
    );
  });

  it('keep the election on unless it is switched off', () => {
    expect(resolve().options.enableElection).toBe(true);
    expect(resolve({ options: { logLevel: 'warn' } }).options).toEqual({
      enableElection: true,
      defaultPipelines: { logging: 'plain.p' },
      logLevel: 'warn',
    });
    expect(resolve({ options: { enableElection: false } }).options.enableElection).toBe(false);
  });

  it('name everything that is wrong at once, collectors and scripts too', () => {
    const wrong = {
      clusterName: 'The Shop',
      namespace: 'Data_Kit',
      image: 'datakit',
      datawayUrl: 'https://openway.example.com?token=marker',
      inputs: ['CPU'],
      sidecarScraping: 'both',
      requests: { cpu: 'much', memory: '1Gi' },
      maxUnavailable: 0,
      tokenGeneration: -1,
      collectors: {
        zipkin: { pathV1: 'x' },
        rum: false,
        zipkins: {},
        prom: { 'a/b': { url: 'http://a', source: 's', metricTypes: ['gauge'], interval: '1s' } },
      },
      pipelines: { bad: { steps: [{ do: 'setTag', key: '1' }] } },
    };
    const found = placesOf(() => resolveSettings(wrong as unknown as DataKitSettings));
    expect([...found].sort()).toEqual([
      'datakit.clusterName',
      'datakit.collectors.prom["a/b"]',
      'datakit.collectors.rum',
      'datakit.collectors.zipkin.pathV1',
      'datakit.collectors.zipkins',
      'datakit.datawayUrl',
      'datakit.image',
      'datakit.inputs[0]',
      'datakit.maxUnavailable',
      'datakit.namespace',
      'datakit.pipelines.bad.steps[0]',
      'datakit.requests.cpu',
      'datakit.sidecarScraping',
      'datakit.tokenGeneration',
    ]);
    expect(() => resolveSettings(wrong as unknown as DataKitSettings)).not.toThrow('marker');
  });

  it.each([
    'pubrepo.guance.com/datakit/datakit:1.84.1',
    'localhost:5000/datakit:1',
    'datakit:1',
    `a/b@sha256:${'0'.repeat(64)}`,
  ])('take the image %s', (image) => {
    expect(resolve({ image }).image).toBe(image);
  });

  it.each(['datakit', 'localhost:5000/datakit', 'a b:1', 'a:1:2', ''])('refuse the image %j', (image) => {
    expect(placesOf(() => resolve({ image }))).toEqual(['datakit.image']);
  });
});
