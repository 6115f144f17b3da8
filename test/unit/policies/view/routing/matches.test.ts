import { covers, picksTesters, readIstioMatch, takesAll } from '../../../../../policies/view/routing/matches';

const read = (raw: unknown) => readIstioMatch(raw, ['mesh']);

/** Istio asks the routes of a VirtualService in their order: one that covers a later one hides it. */
test.each([
  [{ uri: { prefix: '/' } }, { uri: { exact: '/x' } }],
  [{ uri: { regex: '.*' } }, { headers: { a: { exact: 'b' } } }],
  [{ uri: { regex: '/a/.*' } }, { uri: { prefix: '/a/b' } }],
  [{ headers: { 'x-request-id': { regex: '.+' } } }, { uri: { exact: '/b' } }],
  [{ authority: { prefix: '' } }, { uri: { exact: '/b' } }],
  [{ headers: { a: { prefix: 'j' } } }, { headers: { a: { exact: 'jason' }, b: { exact: 'c' } } }],
  [{ port: 9080 }, { port: 9080, uri: { prefix: '/x' } }],
  [{ uri: { prefix: '/A' }, ignoreUriCase: true }, { uri: { exact: '/a/b' } }],
  [{ sourceLabels: { app: 'web' } }, { sourceLabels: { app: 'web', version: 'v2' } }],
  [{ gateways: ['mesh', 'edge'] }, { gateways: ['mesh'], uri: { prefix: '/x' } }],
  [{}, { uri: { prefix: '/x' } }],
])('%j covers %j', (wide, narrow) => {
  expect(covers(read(wide), read(narrow))).toBe(true);
});

test.each([
  [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }],
  [{ headers: { a: {} } }, { uri: { exact: '/b' } }],
  [{ uri: { regex: '/a/[0-9]+' } }, { uri: { prefix: '/a/' } }],
  [{ port: 80 }, { uri: { prefix: '/x' } }],
  [{ method: { exact: 'POST' } }, { uri: { prefix: '/x' } }],
  [{ uri: { exact: '/A' } }, { uri: { exact: '/a' } }],
  [{ withoutHeaders: { a: { exact: 'b' } } }, { uri: { prefix: '/x' } }],
  [{ sourceNamespace: 'x' }, { uri: { prefix: '/x' } }],
])('%j does not cover %j', (wide, narrow) => {
  expect(covers(read(wide), read(narrow))).toBe(false);
});

test.each([
  [{ headers: { 'end-user': { exact: 'jason' } } }, true],
  [{ headers: { cookie: { regex: '^(.*;)?user=jason(;.*)?$' } } }, true],
  [{ headers: { ':method': { exact: 'GET' } } }, false],
  [{ headers: { 'x-forwarded-proto': { exact: 'http' } } }, false],
  [{ uri: { prefix: '/reviews' } }, false],
  [{ sourceLabels: { app: 'web' } }, false],
])('%j picks testers out: %s', (raw, expected) => {
  expect(picksTesters(read(raw))).toBe(expected);
});

test('a match that every request meets takes all', () => {
  expect(takesAll(read({ uri: { regex: '^/.*$' } }))).toBe(true);
  expect(takesAll(read({ uri: { prefix: '/x' } }))).toBe(false);
});
