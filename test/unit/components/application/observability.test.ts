import { parse as parseToml } from 'smol-toml';
import { parse } from 'yaml';
import {
  bookinfo,
  deploymentManifest,
  findService,
  podAnnotations,
} from '../../../../components/application/pure';

const labels = { project: 'shop', environment: 'live' };
const reviewsLogs = findService(bookinfo, 'reviews')!.logs!;

test('a pod template gets exactly these annotations', () => {
  const annotations = podAnnotations('reviews', 'v3', labels, reviewsLogs);
  const tags = { env: 'live', project: 'shop', version: 'v3' };
  const { project, env, version, ...others } = annotations;
  expect({ project, env, version }).toEqual(tags);
  expect(Object.keys(others).sort()).toEqual([
    'datakit/istio-proxy.logs',
    'datakit/logs',
    'datakit/prom.instances',
    'proxy.istio.io/config',
  ]);
  expect(parseToml(others['datakit/prom.instances']!)).toEqual({
    inputs: {
      prom: [
        {
          url: 'http://$IP:15020/stats/prometheus',
          source: 'shop-reviews-v3',
          metric_types: ['counter', 'gauge', 'histogram'],
          interval: '10s',
          measurement_name: 'istio_prom',
          tags: { namespace: '$NAMESPACE', pod_name: '$PODNAME' },
        },
      ],
    },
  });
  expect(JSON.parse(others['datakit/logs']!)).toEqual([
    {
      source: 'reviews',
      service: 'reviews',
      pipeline: 'sleuth.p',
      multiline_match: reviewsLogs.multilineMatch,
      remove_ansi_escape_codes: true,
      tags,
    },
  ]);
  expect(JSON.parse(others['datakit/istio-proxy.logs']!)).toEqual([
    { source: 'istio-proxy', service: 'reviews', pipeline: 'envoy.p', tags },
  ]);
  expect(parse(others['proxy.istio.io/config']!)).toEqual({
    tracing: {
      customTags: {
        project: { literal: { value: 'shop' } },
        env: { literal: { value: 'live' } },
        version: { literal: { value: 'v3' } },
      },
    },
  });
});

test('where DataKit watches pods by itself, only the annotation it would scrape twice by is left out', () => {
  const { 'datakit/prom.instances': scraped, ...rest } = podAnnotations('details', 'v1', labels);
  expect(scraped).toContain('source = "shop-details-v1"');
  expect(podAnnotations('details', 'v1', { ...labels, sidecarScraping: 'kubernetesprometheus' })).toEqual(
    rest,
  );
  expect(podAnnotations('details', 'v1', { ...labels, sidecarScraping: 'annotation' })).toEqual({
    ...rest,
    'datakit/prom.instances': scraped,
  });
});

test('the placement says who scrapes, and the table how lines are read', () => {
  const placement = { namespace: 'prod', application: 'bookinfo', ...labels };
  const annotations = (service: string, sidecarScraping?: 'kubernetesprometheus') =>
    deploymentManifest(
      findService(bookinfo, service)!,
      { version: 'v1', image: 'x:1' },
      { ...placement, sidecarScraping },
    ).spec.template.metadata.annotations;
  expect(annotations('reviews')).toHaveProperty(['datakit/prom.instances']);
  expect(annotations('reviews', 'kubernetesprometheus')).not.toHaveProperty(['datakit/prom.instances']);
  const logs = (service: string) =>
    (JSON.parse(annotations(service)['datakit/logs']!) as Record<string, unknown>[])[0]!;
  expect(logs('reviews')['pipeline']).toBe('sleuth.p');
  for (const service of ['details', 'ratings', 'productpage']) {
    expect(logs(service)).toMatchObject({ source: service, service, pipeline: 'plain.p' });
    expect(logs(service)).not.toHaveProperty('multiline_match');
  }
});

test.each([
  [
    '2022-02-20 23:01:28.662  INFO [reviews,d0a7a4be9e9f3ab4,cb4cb09a83e0c553] 20570 --- [nio-1] o.s.Web : x',
    true,
  ],
  ['2022-02-20T23:01:28.662Z ERROR [reviews,,] 1 --- [main] a.B : x', true],
  ['[AUDIT   ] CWWKE0001I: The server defaultServer has been launched.', true],
  ['[WARNING ] CWWKS4105I: LTPA configuration is ready.', true],
  ['java.lang.IllegalStateException: no ratings', false],
  ['\tat com.example.Reviews.get(Reviews.java:42)', false],
  ['Caused by: java.net.SocketTimeoutException: Read timed out', false],
  ['[internal classes]', false],
])('%j begins an entry of reviews: %s', (line, begins) => {
  expect(new RegExp(reviewsLogs.multilineMatch!).test(line)).toBe(begins);
});
