import { metricProblems, type Scope } from '../../../../../release/metrics';
import { envoyNames, istioNames } from '../../../../../release/metrics/meaning/names';
import { type ErrorSettings, grpcCodes, outcomeOf } from '../../../../../release/metrics/meaning/outcome';

const scope: Scope = { service: 'reviews', versions: ['v1', 'v2'] };
const http = (code: string, flags = '-') => ({
  ...{ response_code: code, response_flags: flags, request_protocol: 'http', grpc_response_status: '' },
});
const grpc = (status: string, code = '200', flags = '-') => ({
  ...{ response_code: code, response_flags: flags, request_protocol: 'grpc', grpc_response_status: status },
});

const read = (labels: Readonly<Record<string, string>>, errors?: ErrorSettings) =>
  outcomeOf(istioNames(scope), scope, errors)(labels);

/** What Istio's filter writes: istio_stats.cc, and envoyproxy/envoy source/common/stream_info/utility.h for the flags. */
test.each<[string, Readonly<Record<string, string>>, string]>([
  ['an answer', http('200'), 'success'],
  ['a redirect', http('301'), 'success'],
  ['not found', http('404'), 'success'],
  ['a failure of the application', http('500'), 'error'],
  ['no healthy host', http('503', 'UH'), 'error'],
  ['a failed connection', http('503', 'UF,URX'), 'error'],
  ['a circuit that is open', http('503', 'UO'), 'error'],
  ['a connection that broke in the middle of an answer', http('200', 'UC'), 'error'],
  ['a connection that broke before any answer', http('0', 'UC'), 'error'],
  ['a client that went away', http('0', 'DC'), 'success'],
  ['a client that went away during an answer', http('200', 'DC'), 'success'],
  ['no answer, and no reason', http('0'), 'success'],
  // The caller's own proxy answered: no version is to blame (envoyproxy/envoy source/common/stream_info/utility.h).
  ['a fault that was injected', http('500', 'FI'), 'success'],
  ['a service of limits that failed', http('500', 'RLSE'), 'success'],
  ['a refusal with a 5xx', http('503', 'UAEX'), 'success'],
  ['a caller that is overloaded itself', http('503', 'OM'), 'success'],
  ['a limit that was reached', http('429', 'RL'), 'success'],
  ['no route', http('404', 'NR'), 'error'],
  ['no label', { response_flags: '-' }, 'unclear'],
  ['an empty label', http(''), 'unclear'],
  ['a label with something else', http('OK'), 'unclear'],
  ['a code that does not exist', http('700'), 'unclear'],
  ['gRPC without status', grpc(''), 'unclear'],
  ['gRPC without its label', { response_code: '200', request_protocol: 'grpc' }, 'unclear'],
  ['gRPC that a client left', grpc('', '0', 'DC'), 'success'],
  ['gRPC answered by something that speaks HTTP', grpc('', '503'), 'error'],
  ['gRPC answered by the caller’s own proxy: 200, and the status', grpc('14', '200', 'UH'), 'error'],
])('%s', (_, labels, outcome) => expect(read(labels)).toBe(outcome));

/** OpenTelemetry's conventions for gRPC, docs/rpc/grpc.md: which statuses are an error of a server. */
test.each(grpcCodes.map((name, code) => [name, String(code)] as const))('gRPC %s (%s)', (name, code) => {
  const bad = ['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'];
  expect(read(grpc(code))).toBe(bad.includes(name) ? 'error' : 'success');
});

test('a canary that answers 404 to everything is found where 4xx counts', () => {
  expect(read(http('404'), { http: ['4xx', '5xx'] })).toBe('error');
  expect(read(http('404'), { http: ['404'] })).toBe('error');
  expect(read(http('403'), { http: ['404'] })).toBe('success');
  expect(read(http('500'), { http: ['404'] })).toBe('success');
});

test('flags and statuses of one’s own', () => {
  expect(read(http('0', 'DC'), { flags: ['DC'] })).toBe('error');
  expect(read(http('500', 'FI'), { flags: ['FI'] })).toBe('error');
  expect(read(http('200', 'UF'), { flags: [] })).toBe('success');
  expect(read(grpc('8'), { grpc: ['RESOURCE_EXHAUSTED'] })).toBe('error');
  expect(read(grpc('14'), { grpc: ['RESOURCE_EXHAUSTED'], flags: [] })).toBe('success');
});

test('a service that speaks gRPC by its table is judged by it, whatever the series say', () => {
  const outcome = outcomeOf(istioNames(scope), { protocol: 'grpc' });
  expect(outcome({ ...http('200'), grpc_response_status: '13' })).toBe('error');
  expect(outcome(http('200'))).toBe('unclear');
});

test('Envoy’s classes', () => {
  const outcome = outcomeOf(envoyNames(scope), scope);
  const of = (digit: string) => outcome({ envoy_response_code_class: digit });
  expect(['2', '4', '5', ''].map(of)).toEqual(['success', 'success', 'error', 'unclear']);
  const strict = outcomeOf(envoyNames(scope), scope, { http: ['4xx'] });
  expect(strict({ envoy_response_code_class: '4' })).toBe('error');
});

test('what is no status, no code of gRPC and no flag is refused, all at once', () => {
  const errors = { http: ['5xx', '6xx', 'bad'], grpc: ['UNAVAILABLE', 'GONE'], flags: ['UH', 'XX'] };
  const found = metricProblems({ envoy: {}, errors }, 'metrics').map(({ path }) => path);
  expect(found.sort()).toEqual([
    'metrics.errors.flags[1]',
    'metrics.errors.grpc[1]',
    'metrics.errors.http[1]',
    'metrics.errors.http[2]',
  ]);
});
