import {
  PRIVATE_RANGES,
  resolveSecuritySettings,
  securityProblems,
  type SecuritySettings,
} from '../../../../components/security/pure';
import { ProblemsError } from '../../../../components/validation';

const path = 'bookinfo:security';
const cart = { service: 'ratings', namespace: 'shop', account: 'shop-cart' };
const caller = (more: object) => ({ extraCallers: [{ ...cart, ...more }] });

/** Jest's matcher with a type of its own: what it returns is `any`. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** What is written, where the one problem stands below the settings, what is said of it, what to do. */
const cases: readonly (readonly [string, unknown, string, RegExp, RegExp])[] = [
  ['a text', 'strict', '', /text "strict", not a map/, /write a map/],
  ['a list', [], '', /is a list, not a map/, /write a map/],
  ['near key', { mTLS: 'STRICT' }, '.mTLS', /not a known key/, /^did you mean mtls\?$/],
  ['far key', { colour: 1 }, '.colour', /not a known key/, /the keys here are scope, mtls, authorization,/],
  ['mode in small letters', { mtls: 'strict' }, '.mtls', /"strict", which is unknown/, /mean STRICT\?$/],
  ['no mTLS at all', { mtls: 'DISABLE' }, '.mtls', /which is unknown/, /STRICT or PERMISSIVE/],
  [
    'plain text that is refused again',
    { mtls: 'PERMISSIVE' },
    '.mtls',
    /authorization is on/,
    /authorization: false/,
  ],
  [
    'a text for a switch',
    { authorization: 'off' },
    '.authorization',
    /is "off", neither true nor false/,
    /without quotes/,
  ],
  ['a number for a switch', { networkPolicies: 0 }, '.networkPolicies', /is 0, neither/, /true or false/],
  ['no node', { nodeCidrs: [] }, '.nodeCidrs', /is empty, and DataKit is on the nodes/, /leave the key out/],
  ['a node, not a range', { nodeCidrs: ['10.0.0.1'] }, '.nodeCidrs[0]', /not a range/, /10\.0\.0\.0\/16/],
  ['33 bits', { nodeCidrs: ['10.0.0.0/33'] }, '.nodeCidrs[0]', /not a range/, /such as/],
  ['three numbers', { nodeCidrs: ['10.0.0/8'] }, '.nodeCidrs[0]', /not a range/, /such as/],
  ['two slashes', { nodeCidrs: ['10.0.0.0/8/8'] }, '.nodeCidrs[0]', /not a range/, /such as/],
  ['a name', { nodeCidrs: ['nodes/8'] }, '.nodeCidrs[0]', /not a range/, /such as/],
  [
    'everything',
    { nodeCidrs: ['10.0.0.0/8', '0.0.0.0/0'] },
    '.nodeCidrs[1]',
    /every address/,
    /of the nodes/,
  ],
  ['every IPv6 address', { nodeCidrs: ['::/0'] }, '.nodeCidrs[0]', /every address/, /of the nodes/],
  ['129 bits', { dnsCidrs: ['fd00::/129'] }, '.dnsCidrs[0]', /not a range/, /such as/],
  [
    'a URL for a domain',
    { trustDomain: 'spiffe://x' },
    '.trustDomain',
    /not a trust domain/,
    /cluster\.local/,
  ],
  ['a domain with a wildcard', { trustDomain: '*' }, '.trustDomain', /not a trust domain/, /cluster\.local/],
  ['namespace', { istiodNamespace: 'Istio' }, '.istiodNamespace', /not a DNS label/, /such as istio$/],
  [
    'gateway key',
    { gateway: { name: 'x' } },
    '.gateway.name',
    /not a known key/,
    /namespace, account, labels/,
  ],
  ['gateway account', { gateway: { account: '*' } }, '.gateway.account', /not a service account/, /kubectl/],
  ['gateway without labels', { gateway: { labels: {} } }, '.gateway.labels', /is empty/, /leave the key out/],
  [
    'a label with a space',
    { gateway: { labels: { app: 'a b' } } },
    '.gateway.labels',
    /"app: a b"/,
    /app: cart/,
  ],
  [
    'a label of two slashes',
    { gateway: { labels: { 'a/b/c': 'd' } } },
    '.gateway.labels',
    /not a label/,
    /./,
  ],
  ['a caller alone', { extraCallers: cart }, '.extraCallers', /is a map, not a list/, /write a list/],
  [
    'a caller of nothing',
    caller({ service: 'rating' }),
    '.extraCallers[0].service',
    /no service/,
    /mean ratings\?$/,
  ],
  [
    'a caller from anywhere',
    caller({ namespace: '*' }),
    '.extraCallers[0].namespace',
    /not a DNS label/,
    /./,
  ],
  [
    'a caller by wildcard',
    caller({ account: 'shop-*' }),
    '.extraCallers[0].account',
    /not a service account/,
    /./,
  ],
  [
    'an account with a slash',
    caller({ account: 'a/b' }),
    '.extraCallers[0].account',
    /not a service account/,
    /./,
  ],
  [
    'a nameless caller',
    { extraCallers: [{ service: 'ratings', namespace: 'shop' }] },
    '.extraCallers[0].account',
    /is missing/,
    /add account, such as shop-cart/,
  ],
  ['no method', caller({ methods: [] }), '.extraCallers[0].methods', /is empty/, /for GET/],
  [
    'a method in small letters',
    caller({ methods: ['get'] }),
    '.extraCallers[0].methods[0]',
    /"get"/,
    /upper case/,
  ],
  ['any method', caller({ methods: ['*'] }), '.extraCallers[0].methods[0]', /not an HTTP method/, /GET/],
];

test.each(cases)('refuses %s', (_name, raw, at, problem, remedy) => {
  expect(securityProblems(raw, path)).toEqual([
    { path: `${path}${at}`, problem: like(problem), remedy: like(remedy) },
  ]);
});

test('says everything at once', () => {
  const raw = { mtls: 'PERMISSIVE', nodeCidrs: ['x'], gatway: {}, extraCallers: [{ ...cart, service: 'x' }] };
  expect(
    securityProblems(raw, path)
      .map((problem) => problem.path.slice(path.length))
      .sort(),
  ).toEqual(['.extraCallers[0].service', '.gatway', '.mtls', '.nodeCidrs[0]']);
});

test('holds callers against the table that is given', () => {
  const shop = { name: 'shop', services: [] };
  expect(securityProblems(caller({}), path)).toEqual([]);
  expect(securityProblems(caller({}), path, shop)).toHaveLength(1);
});

test.each([undefined, null, {}])('has a default for everything: %j', (raw) => {
  expect(securityProblems(raw, path)).toEqual([]);
});

test('is on where nothing is said', () => {
  expect(resolveSecuritySettings()).toEqual({
    scope: 'namespace',
    mtls: 'STRICT',
    authorization: true,
    networkPolicies: true,
    nodeCidrs: PRIVATE_RANGES,
    trustDomain: 'cluster.local',
    istiodNamespace: 'istio-system',
    gateway: {
      namespace: 'istio-system',
      account: 'istio-ingressgateway',
      labels: { istio: 'ingressgateway' },
    },
    dnsCidrs: [],
    extraCallers: [],
  });
});

test('keeps what is said', () => {
  const settings: Required<SecuritySettings> = {
    scope: 'pods',
    mtls: 'PERMISSIVE',
    authorization: false,
    networkPolicies: false,
    nodeCidrs: ['10.1.0.0/16', 'fd00::/64'],
    trustDomain: 'example.org',
    istiodNamespace: 'mesh',
    gateway: { namespace: 'edge', account: 'gate', labels: { 'app.kubernetes.io/name': 'gate' } },
    dnsCidrs: ['169.254.20.10/32'],
    extraCallers: [{ ...cart, labels: { app: 'cart' }, methods: ['GET', 'POST'] }],
  };
  expect(securityProblems(settings, path)).toEqual([]);
  expect(resolveSecuritySettings(settings)).toEqual(settings);
  expect(resolveSecuritySettings(caller({})).extraCallers).toEqual([{ ...cart, methods: ['GET'] }]);
});

test('refuses to resolve what is wrong', () => {
  expect(() => resolveSecuritySettings({ nodeCidrs: ['x'] }, path)).toThrow(ProblemsError);
  expect(() => resolveSecuritySettings({ nodeCidrs: ['x'] }, path)).toThrow(
    /bookinfo:security\.nodeCidrs\[0\]/,
  );
});
