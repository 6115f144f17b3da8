import { defaultPipelines, envoyLogFormat, renderPipeline } from '../../../../../components/datakit/pure';
import { evaluate } from './evaluate';

const scripts = {
  sleuth: renderPipeline(defaultPipelines.sleuth),
  envoy: renderPipeline(defaultPipelines.envoy),
  plain: renderPipeline(defaultPipelines.plain),
};

const access = (more: Record<string, unknown>) =>
  JSON.stringify({
    start_time: '2024-05-01T10:00:00.123Z',
    method: 'GET',
    path: '/reviews/0',
    protocol: 'HTTP/1.1',
    response_code: 200,
    response_flags: '-',
    duration: 12,
    upstream_cluster: 'outbound|9080||ratings.prod.svc.cluster.local',
    ...more,
  });

type Case = readonly [
  name: string,
  script: keyof typeof scripts,
  line: string,
  trace: string | undefined,
  span: string | undefined,
  more: Readonly<Record<string, unknown>>,
];

const cases: readonly Case[] = [
  [
    'Sleuth 3',
    'sleuth',
    '2022-02-20 23:01:28.662  INFO [a-service,d0a7a4be9e9f3ab4,cb4cb09a83e0c553] 20570 --- [nio-8081-exec-1] o.s.web.servlet.DispatcherServlet        : Initializing Servlet',
    'd0a7a4be9e9f3ab4',
    'cb4cb09a83e0c553',
    {
      app_name: 'a-service',
      status: 'INFO',
      pid: 20570,
      thread: 'nio-8081-exec-1',
      logger: 'o.s.web.servlet.DispatcherServlet',
      time: Date.parse('2022-02-20T23:01:28.662'),
    },
  ],
  [
    'a thread name with blanks before it',
    'sleuth',
    '2022-02-28 23:14:40.720  INFO [a-service,14b328adfec294a8,060fcae6ba359b01] 23400 --- [   MyExecutor-1] p.k.aservice.controller.HelloController  : async',
    '14b328adfec294a8',
    '060fcae6ba359b01',
    { thread: 'MyExecutor-1' },
  ],
  [
    'Sleuth 2 with its fourth part',
    'sleuth',
    '2019-07-01 08:00:00.001 ERROR [reviews,5f3c1c9ce9d7bf12,5f3c1c9ce9d7bf12,true] 1 --- [main] c.e.Reviews : boom',
    '5f3c1c9ce9d7bf12',
    '5f3c1c9ce9d7bf12',
    { app_name: 'reviews', status: 'ERROR', pid: 1 },
  ],
  [
    'a trace id of 128 bits, ISO time with a zone',
    'sleuth',
    '2023-11-05T07:08:09.123+08:00  WARN [ratings,4bf92f3577b34da6a3ce929d0e0e4736,00f067aa0ba902b7] 7 --- [pool-1] c.e.Ratings : slow',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    { status: 'WARN', time: Date.parse('2023-11-05T07:08:09.123+08:00') },
  ],
  [
    'a trace with the stack of an exception',
    'sleuth',
    '2022-02-20 23:01:28.662 ERROR [a-service,d0a7a4be9e9f3ab4,cb4cb09a83e0c553] 1 --- [main] c.e.A : failed\njava.lang.IllegalStateException: x\n\tat c.e.A.b(A.java:1)',
    'd0a7a4be9e9f3ab4',
    'cb4cb09a83e0c553',
    { logger: 'c.e.A' },
  ],
  [
    'no ids outside of a request',
    'sleuth',
    '2022-02-28 23:14:40.715  INFO [a-service,,] 23400 --- [onPool-worker-1] p.k.aservice.controller.HelloController  : async',
    undefined,
    undefined,
    { app_name: 'a-service', status: 'INFO', thread: 'onPool-worker-1' },
  ],
  [
    'no name of a service',
    'sleuth',
    '2022-02-28 23:14:40.711  INFO [,14b328adfec294a8,739f0082a7cbaa19] 23400 --- [main] c.e.A : x',
    '14b328adfec294a8',
    '739f0082a7cbaa19',
    { status: 'INFO' },
  ],
  [
    'an id that is none',
    'sleuth',
    '2022-02-28 23:14:40.711  INFO [a-service,not-an-id,739f0082a7cbaa19] 23400 --- [main] c.e.A : x',
    undefined,
    undefined,
    { status: 'INFO' },
  ],
  [
    'an id that is too long',
    'sleuth',
    '2022-02-28 23:14:40.711  INFO [a-service,14b328adfec294a8f,739f0082a7cbaa19] 1 --- [main] c.e.A : x',
    undefined,
    undefined,
    { status: 'INFO' },
  ],
  ['a banner', 'sleuth', '  .   ____          _            __ _ _', undefined, undefined, {}],
  ['an empty line', 'sleuth', '', undefined, undefined, {}],
  [
    'brackets in the message only',
    'sleuth',
    'got [a-service,d0a7a4be9e9f3ab4,cb4cb09a83e0c553] from upstream',
    undefined,
    undefined,
    {},
  ],
  [
    'an access log',
    'envoy',
    access({ trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', span_id: '00f067aa0ba902b7' }),
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    {
      http_status_code: 200,
      duration_ms: 12,
      status: 'info',
      method: 'GET',
      path: '/reviews/0',
      time: Date.parse('2024-05-01T10:00:00.123Z'),
    },
  ],
  [
    'an access log without the headers',
    'envoy',
    access({ trace_id: null, span_id: null, response_code: 503, response_flags: 'UF' }),
    undefined,
    undefined,
    { http_status_code: 503, response_flags: 'UF', status: 'error' },
  ],
  [
    'an access log with dashes',
    'envoy',
    access({ trace_id: '-', span_id: '-', response_code: 404 }),
    undefined,
    undefined,
    { status: 'warning' },
  ],
  [
    'a client that went away',
    'envoy',
    access({ response_code: 0, response_flags: 'DC' }),
    undefined,
    undefined,
    { http_status_code: 0, status: 'warning' },
  ],
  ['JSON cut short', 'envoy', '{"trace_id":"4bf92f3577b34da6', undefined, undefined, {}],
  [
    'a line of the proxy about itself',
    'envoy',
    '2024-05-01T10:00:00.123456Z\tinfo\tcache\tgenerated new workload certificate',
    undefined,
    undefined,
    { status: 'info', time: Date.parse('2024-05-01T10:00:00.123456Z') },
  ],
  [
    'ids that are named',
    'plain',
    '2024-05-01 10:00:00,123 ERROR trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 failed',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    { status: 'ERROR' },
  ],
  [
    'ids in JSON',
    'plain',
    '{"level":"info","traceId": "d0a7a4be9e9f3ab4","spanId":"cb4cb09a83e0c553"}',
    'd0a7a4be9e9f3ab4',
    'cb4cb09a83e0c553',
    {},
  ],
  ['words about errors', 'plain', 'no error found, trace id: none', undefined, undefined, {}],
  ['bytes', 'plain', '\u0000\u001b[31m\ufffd %{INT} $1 "', undefined, undefined, {}],
];

describe('pipelines', () => {
  it.each(cases)('%s', (_name, script, line, trace, span, more) => {
    const { fields } = evaluate(scripts[script], line);
    expect(fields['trace_id']).toBe(trace);
    expect(fields['span_id']).toBe(span);
    // Absent means that the key is not there, not that its value is empty.
    expect('trace_id' in fields).toBe(trace !== undefined);
    expect('span_id' in fields).toBe(span !== undefined);
    expect(Object.values(fields)).not.toContain('');
    expect(fields).toMatchObject(more);
    expect(Object.keys(fields).filter((key) => key.startsWith('raw_'))).toEqual([]);
    if (Object.keys(more).length === 0 && trace === undefined) expect(fields).toEqual({});
  });

  it('make a tag of the name only where there is one', () => {
    expect(evaluate(scripts.sleuth, cases[0]![2]).tags).toEqual(['app_name']);
    expect(evaluate(scripts.sleuth, 'anything else').tags).toEqual([]);
  });

  it('find every key of the access log that they look for', () => {
    const looked = [...scripts.envoy.matchAll(/json\(_, (\w+)/g)].map(([, key]) => key!);
    expect(looked.length).toBeGreaterThan(10);
    expect(Object.keys(envoyLogFormat)).toEqual(expect.arrayContaining(looked));
  });
});
