import fc from 'fast-check';
import { edgeProblems, resolveEdgeSettings } from '../../../../components/edge/pure';
import { ProblemsError } from '../../../../components/validation';
import { context, minimal } from './support';

const rum = minimal.rum;
const told = (raw: unknown) =>
  edgeProblems(raw, 'bookinfo:edge').map(({ path, problem }) => `${path} ${problem}`);

test('settings that are right have no problem, with the least and with everything', () => {
  expect(told(minimal)).toEqual([]);
  expect(
    told({
      rum: {
        applicationId: 'a',
        site: 'https://rum-openway.guance.com',
        clientToken: 't',
        env: 'test',
        version: 'v1',
        service: 'web',
        sessionSampleRate: 0,
        sessionReplaySampleRate: 100,
        trackUserInteractions: false,
        tracingSampleRate: 12.5,
        traceType: 'w3c_traceparent',
        traceId128Bit: true,
        allowedTracingUrls: ['http://[::1]:8080/api', 'https://api.example.com'],
        sdkUrl: 'https://cdn.example.com/v3.1/dataflux-rum.js',
      },
      upstream: 'http://192.168.49.2:32156',
      image: 'registry.example.com:5000/nginx/unprivileged:1.29.0@sha256:' + 'a'.repeat(64),
      replicas: 3,
      service: { type: 'NodePort', nodePort: 30080 },
      contentSecurityPolicy: {
        allow: { 'img-src': ['https://*.example.com', 'blob:'], 'script-src': ["'sha256-YWJj='"] },
        reportOnly: true,
      },
      requests: { cpu: '0.1', memory: '64Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    }),
  ).toEqual([]);
});

test.each([
  ['nothing', undefined, ['bookinfo:edge is missing']],
  ['no rum', {}, ['bookinfo:edge.rum is missing']],
  [
    'an unknown key',
    { rum: { ...rum, datakitOrgin: 'x' }, replica: 2 },
    ['bookinfo:edge.rum.datakitOrgin is not a known key', 'bookinfo:edge.replica is not a known key'],
  ],
  ['no destination', { rum: { applicationId: 'a' } }, ['bookinfo:edge.rum does not say where data go']],
  [
    'both destinations',
    { rum: { ...rum, site: 'https://s.example.com', clientToken: 't' } },
    [
      'bookinfo:edge.rum.site is there beside datakitOrigin',
      'bookinfo:edge.rum.clientToken is there beside datakitOrigin',
    ],
  ],
  [
    'a site without its token',
    { rum: { applicationId: 'a', site: 'https://s.example.com' } },
    ['bookinfo:edge.rum.clientToken is missing'],
  ],
  [
    'a token without its site',
    { rum: { applicationId: 'a', clientToken: 't' } },
    ['bookinfo:edge.rum.site is missing'],
  ],
  ['an empty text', { rum: { ...rum, env: ' ' } }, ['bookinfo:edge.rum.env is empty']],
  [
    'rates',
    { rum: { ...rum, sessionSampleRate: 101, sessionReplaySampleRate: -1, tracingSampleRate: Number.NaN } },
    [
      'bookinfo:edge.rum.sessionSampleRate is 101, not a percentage',
      'bookinfo:edge.rum.sessionReplaySampleRate is -1, not a percentage',
      'bookinfo:edge.rum.tracingSampleRate is NaN, not a number',
    ],
  ],
  [
    'a trace type',
    { rum: { ...rum, traceType: 'b3' } },
    ['bookinfo:edge.rum.traceType is "b3", which is unknown'],
  ],
  [
    'addresses',
    {
      rum: {
        applicationId: 'a',
        datakitOrigin: 'rum.example.com',
        allowedTracingUrls: ['https://a.example.com', 'https://b.example.com/?x=1'],
        sdkUrl: 'javascript:alert(1)',
      },
      upstream: 'https://gateway:443',
    },
    [
      'bookinfo:edge.rum.datakitOrigin is not an address of that kind',
      'bookinfo:edge.rum.allowedTracingUrls[1] is not an address of that kind',
      'bookinfo:edge.rum.sdkUrl is not an address of that kind',
      'bookinfo:edge.upstream is not an address of that kind',
    ],
  ],
  [
    'a path that would be lost',
    { rum, upstream: 'http://gateway/base' },
    ['bookinfo:edge.upstream has a path, which would not be used'],
  ],
  [
    'a port that there is not',
    { rum, upstream: 'http://gateway:70000' },
    ['bookinfo:edge.upstream is not an address of that kind'],
  ],
  ['an image without a tag', { rum, image: 'nginx' }, ['bookinfo:edge.image has neither a tag nor a digest']],
  ['replicas', { rum, replicas: 0 }, ['bookinfo:edge.replicas is 0, not a whole number of 1 to 100']],
  [
    'a port of nodes without such a service',
    { rum, service: { nodePort: 30080 } },
    ['bookinfo:edge.service.nodePort is there without a port of nodes'],
  ],
  [
    'an unknown service type',
    { rum, service: { type: 'ExternalName' } },
    ['bookinfo:edge.service.type is "ExternalName", which is unknown'],
  ],
  [
    'the policy',
    { rum, contentSecurityPolicy: { allow: { 'script-src': ["'self'; img-src *"], 'scripts-src': [] } } },
    [
      'bookinfo:edge.contentSecurityPolicy.allow.script-src[0] is not a source of a content security policy',
      'bookinfo:edge.contentSecurityPolicy.allow.scripts-src is not a known key',
    ],
  ],
  [
    'quantities',
    { rum, requests: { cpu: '50 m', memory: '32Mi' }, limits: { cpu: '1' } },
    ['bookinfo:edge.requests.cpu is "50 m", not a quantity', 'bookinfo:edge.limits.memory is missing'],
  ],
] as const)('tells what is wrong: %s', (_, raw, expected) => {
  expect([...told(raw)].sort()).toEqual([...expected].sort());
});

test('everything is told at once, with a remedy each, and no value of rum', () => {
  const raw = {
    rum: {
      applicationId: '',
      clientToken: '',
      site: 'marker-0001',
      datakitOrigin: 'marker-0002',
      sdkUrl: 'marker-0003',
    },
    replicas: 1.5,
  };
  const problems = edgeProblems(raw, 'edge');
  expect(problems.length).toBeGreaterThanOrEqual(6);
  expect(problems.every(({ remedy }) => remedy.length > 10)).toBe(true);
  expect(JSON.stringify(problems)).not.toContain('marker');
  expect(() => resolveEdgeSettings(raw as never, context)).toThrow(ProblemsError);
});

test('what would mean something in nginx, in a header or in HTML is refused in every address', () => {
  const sign = fc.constantFrom(...'"\'\\$;{}<>` \n\r\t,#\u2028%?@'.split(''));
  const hostile = fc.tuple(fc.string(), sign, fc.string()).map(([a, b, c]) => `${a}${b}${c}`);
  fc.assert(
    fc.property(hostile, fc.constantFrom('', '/'), (text, slash) => {
      const url = `http://a.example.com${slash}${text}`;
      const problems = edgeProblems(
        {
          rum: { applicationId: 'a', datakitOrigin: url, allowedTracingUrls: [url], sdkUrl: url },
          upstream: url,
        },
        'edge',
      );
      expect(problems).toHaveLength(4);
    }),
  );
});

test('a source of the policy is one source', () => {
  const sign = fc.constantFrom(...'";, \n\r\t<>\\$\u2028'.split(''));
  fc.assert(
    fc.property(fc.string(), sign, fc.string(), (a, b, c) => {
      const allow = { 'img-src': [`https://a.example.com${a}${b}${c}`] };
      expect(edgeProblems({ rum, contentSecurityPolicy: { allow } }, 'edge')).toHaveLength(1);
    }),
  );
});

test('defaults: env and version are those of the traces, and nothing is recorded of the screen', () => {
  expect(resolveEdgeSettings(minimal, context)).toEqual({
    rum: {
      applicationId: 'bookinfo_web',
      datakitOrigin: 'https://rum.example.com',
      env: 'test',
      version: 'v1',
      service: 'productpage',
      sessionSampleRate: 100,
      sessionReplaySampleRate: 0,
      trackUserInteractions: true,
      tracingSampleRate: 100,
      traceType: 'zipkin',
      traceId128Bit: false,
      allowedTracingUrls: [],
      sdkUrl: 'https://static.guance.com/browser-sdk/v3/dataflux-rum.js',
    },
    upstream: 'http://istio-ingressgateway.istio-system.svc.cluster.local:80',
    image: 'docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine',
    replicas: 2,
    service: { type: 'ClusterIP' },
    contentSecurityPolicy: { allow: {}, reportOnly: false },
    requests: { cpu: '50m', memory: '32Mi' },
    limits: { cpu: '500m', memory: '128Mi' },
  });
});

test('what is set wins over the defaults, false and 0 too', () => {
  const { rum: set } = resolveEdgeSettings(
    {
      rum: {
        ...rum,
        env: 'e',
        version: 'w',
        sessionSampleRate: 0,
        tracingSampleRate: 0,
        trackUserInteractions: false,
        traceId128Bit: true,
      },
    },
    context,
  );
  expect(set).toMatchObject({
    env: 'e',
    version: 'w',
    sessionSampleRate: 0,
    tracingSampleRate: 0,
    trackUserInteractions: false,
    traceId128Bit: true,
  });
});
