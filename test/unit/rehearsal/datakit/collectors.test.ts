import { readFileSync } from 'node:fs';
import { readAnnotation, readCollectors } from '../../../../rehearsal/datakit/collectors/read';
import { promInstances, resolveSettings, sidecarProm } from '../../../../components/datakit/pure';
import { collectorFiles } from '../../../../components/datakit/files';
import { goDurationMs } from '../../../../rehearsal/datakit/duration';

const folder = '/usr/local/datakit/conf.d';

function read(files: Record<string, string>) {
  const problems: string[] = [];
  return { problems, collectors: readCollectors(files, (problem) => problems.push(problem)) };
}

test('what the program declares by default is known to DataKit, key by key', () => {
  const settings = resolveSettings({
    clusterName: 'one',
    sidecarScraping: 'kubernetesprometheus',
    collectors: {
      profile: {
        endpoints: ['/profiling/v1/input'],
        go: [{ url: 'http://a:1/x', service: 'a', enabledTypes: ['cpu'] }],
      },
      opentelemetry: { grpc: { addr: '0.0.0.0:4317' } },
      ddtrace: { endpoints: ['/v0.4/traces'] },
      statsd: { protocol: 'udp', serviceAddress: ':8125' },
      rum: { endpoints: ['/v1/write/rum'] },
    },
  });
  const files = Object.fromEntries(
    collectorFiles(settings).map(({ mountPath, content }) => [mountPath, content]),
  );
  const { problems, collectors } = read(files);
  expect(problems).toEqual([]);
  expect(collectors.zipkin).toEqual([{ pathV1: '/api/v1/spans', pathV2: '/api/v2/spans' }]);
  expect(collectors.prom[0]).toMatchObject({
    source: 'prom-istiod',
    interval: '10s',
    tags: { app_id: 'istiod' },
  });
  expect(collectors.kubernetesPrometheus?.instances?.[0]).toMatchObject({ role: 'pod', port: '15020' });
  expect(collectors.objectCollectInterval).toBe('10s');
  expect([...collectors.notPlayed].sort()).toEqual(['ddtrace', 'opentelemetry', 'profile', 'statsd']);
});

test('every key of the settings that the program can write is known here', () => {
  // A key that only one of the two lists has is a slip in one of them.
  const schema = readFileSync('rehearsal/datakit/collectors/schema.ts', 'utf8');
  const sources = [
    'zipkin',
    'prom',
    'promFields',
    'kubernetesPrometheus',
    'container',
    'rum',
    'statsd',
    'tracing',
    'spans',
    'profile',
    'opentelemetry',
    'ddtrace',
  ];
  const written = sources.flatMap((name) =>
    [
      ...readFileSync(`components/datakit/collectors/${name}.ts`, 'utf8').matchAll(
        /(?:optional|required)\('([^']+)'/g,
      ),
    ].map((match) => match[1] ?? ''),
  );
  expect(written.length).toBeGreaterThan(100);
  expect(written.filter((key) => !new RegExp(`\\b${key}\\b`).test(schema))).toEqual([]);
});

test('a key that DataKit does not know is told, and the rest of the collector is used', () => {
  const { collectors, problems } = read({
    [`${folder}/zipkin/zipkin.conf`]:
      '[[inputs.zipkin]]\npathV2 = "/spans"\npath_v1 = "/old"\n[inputs.zipkin.sampler]\nrate = 0.5\n',
  });
  expect(collectors.zipkin).toEqual([{ pathV2: '/spans', sampler: {} }]);
  expect(problems).toHaveLength(2);
  expect(problems.sort().join('\n')).toMatch(
    /inputs\.zipkin\.path_v1 is no key[\s\S]*inputs\.zipkin\.sampler\.rate is no key/,
  );
});

test('a value of the wrong type drops the collector, a file that is no TOML drops itself, and others go on', () => {
  const { collectors, problems } = read({
    [`${folder}/prom/prom_a.conf`]: '[[inputs.prom]]\nurl = "http://a/metrics"\ninterval = 10\n',
    [`${folder}/prom/prom_b.conf`]: '[[inputs.prom]\n',
    [`${folder}/prom/prom_c.conf`]: '[[inputs.prom]]\nurl = "http://c/metrics"\n',
    [`${folder}/nosuch/nosuch.conf`]: '[[inputs.nosuch]]\n',
    [`${folder}/prom/prom_d.conf`]: '[agent]\nname = "x"\n',
    [`${folder}/prom/readme.txt`]: 'not [ toml',
  });
  expect(collectors.prom).toEqual([{ url: 'http://c/metrics' }]);
  expect(problems.map((problem) => problem.split(':')[0]?.split(' ')[0])).toEqual([
    `${folder}/prom/prom_a.conf`,
    `${folder}/prom/prom_b.conf`,
    `${folder}/nosuch/nosuch.conf`,
    `${folder}/prom/prom_d.conf`,
  ]);
});

const pod = { ip: '10.244.0.7', namespace: 'prod', name: 'reviews-v2-x', node: 'rehearsal' };

test("the annotation's placeholders are replaced as text", () => {
  const problems: string[] = [];
  const [conf] = readAnnotation(promInstances([sidecarProm('bookinfo-reviews-v2')]), pod, (one) =>
    problems.push(one),
  );
  expect(problems).toEqual([]);
  expect(conf).toMatchObject({
    url: 'http://10.244.0.7:15020/stats/prometheus',
    measurement_name: 'istio_prom',
    tags: { namespace: 'prod', pod_name: 'reviews-v2-x' },
  });
});

test('one bad table of an annotation drops them all, and keys without effect there are told', () => {
  const problems: string[] = [];
  const report = (problem: string) => problems.push(problem);
  const good = '[[inputs.prom]]\nurl = "http://$IP:1/metrics"\nsource = "a"\n';
  expect(readAnnotation(`${good}[[inputs.prom]]\nmetric_types = "counter"\n`, pod, report)).toEqual([]);
  expect(readAnnotation(`${good}election = true\n`, pod, report)).toHaveLength(1);
  expect(problems[0]).toMatch(/prod\/reviews-v2-x.*metric_types/);
  expect(problems[1]).toMatch(/election is no key/);
});

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['10', undefined],
  ['', undefined],
])('a Go duration %p', (text, ms) => {
  expect(goDurationMs(text)).toBe(ms);
});
