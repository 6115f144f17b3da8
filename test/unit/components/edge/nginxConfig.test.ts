import fc from 'fast-check';
import { contentSecurityPolicy, nginxConfig, snippet } from '../../../../components/edge/pure';
import { quoted } from '../../../../components/edge/nginxConfig';
import { argsOf, inside, parseNginx, resolved, withRum } from './support';

const parsed = (settings = resolved()) => parseNginx(nginxConfig(settings));
const server = (settings = resolved()) => inside(parsed(settings), 'http', 'server');
const pages = (settings = resolved()) => inside(server(settings), 'location /');

test('it is one server before one gateway', () => {
  const names = (path: readonly string[]) => inside(parsed(), ...path).map(({ name }) => name);
  expect(names([])).toEqual(['daemon', 'worker_processes', 'pid', 'error_log', 'events', 'http']);
  expect(names(['http']).filter((name) => name === 'server')).toHaveLength(1);
  expect(names(['http', 'server'])).toEqual(['listen', 'add_header', 'location', 'location', 'location']);
  expect(argsOf(server(), 'listen')).toEqual([['8080']]);
});

test('nothing is written outside of /tmp', () => {
  const http = inside(parsed(), 'http');
  const written = http.filter(({ name }) => name.endsWith('_temp_path')).map(({ args }) => args[0]);
  expect(written).toEqual(['/tmp/client_body', '/tmp/proxy', '/tmp/fastcgi', '/tmp/uwsgi', '/tmp/scgi']);
  expect(argsOf(parsed(), 'pid')).toEqual([['/tmp/nginx.pid']]);
  expect(argsOf(parsed(), 'error_log')).toEqual([['stderr', 'warn']]);
});

test('the log is JSON with the ids of a trace', () => {
  const http = inside(parsed(), 'http');
  const [name, escaping, format] = argsOf(http, 'log_format')[0]!;
  expect([name, escaping]).toEqual(['edge', 'escape=json']);
  expect(JSON.parse(format!)).toMatchObject({ trace_id: '$http_x_b3_traceid', status: '$status' });
  expect(argsOf(http, 'access_log')).toEqual([['/dev/stdout', 'edge']]);
});

test.each([
  [undefined, 'istio-ingressgateway.istio-system.svc.cluster.local:80'],
  ['http://192.168.49.2:32156', '192.168.49.2:32156'],
  ['http://gateway', 'gateway:80'],
  ['http://[fd00::1]:8080', '[fd00::1]:8080'],
])('%s is passed on to as %s', (upstream, address) => {
  const http = inside(parsed(resolved({ upstream })), 'http');
  expect(argsOf(inside(http, 'upstream gateway'), 'server')).toEqual([[address, 'max_fails=0']]);
  expect(argsOf(pages(resolved({ upstream })), 'proxy_pass')).toEqual([['http://gateway']]);
});

test('pages come plain and by HTTP/1.1, and get the snippet after their title, once', () => {
  expect(argsOf(pages(), 'proxy_http_version')).toEqual([['1.1']]);
  expect(argsOf(pages(), 'proxy_set_header')).toEqual([
    ['Connection', ''],
    ['Host', '$http_host'],
    ['X-Forwarded-For', '$proxy_add_x_forwarded_for'],
    ['Accept-Encoding', ''],
  ]);
  expect(argsOf(pages(), 'sub_filter')).toEqual([['</title>', `</title>${snippet(resolved())}`]]);
  expect(argsOf(pages(), 'sub_filter_once')).toEqual([['on']]);
  expect(argsOf(pages(), 'sub_filter_types')).toEqual([]);
});

test('the policy is the only one, and can be made to report alone', () => {
  expect(argsOf(server(), 'add_header')).toEqual([
    ['Content-Security-Policy', contentSecurityPolicy(resolved()), 'always'],
  ]);
  expect(argsOf(pages(), 'proxy_hide_header')).toEqual([['Content-Security-Policy']]);
  const reporting = resolved({ contentSecurityPolicy: { reportOnly: true } });
  expect(argsOf(server(reporting), 'add_header')[0]![0]).toBe('Content-Security-Policy-Report-Only');
});

test('the script is a file, and is asked for anew each time', () => {
  const script = inside(server(), 'location = /edge/rum-init.js');
  expect(argsOf(script, 'alias')).toEqual([['/etc/edge/rum-init.js']]);
  expect(argsOf(script, 'default_type')).toEqual([['text/javascript']]);
  expect(argsOf(script, 'expires')).toEqual([['-1']]);
});

test('health is answered without the gateway', () => {
  const health = inside(server(), 'location = /edge/health');
  expect(argsOf(health, 'return')).toEqual([['200', 'ok']]);
  expect(argsOf(health, 'proxy_pass')).toEqual([]);
});

test('what browsers report about does not get into the configuration, whatever it is', () => {
  const plain = nginxConfig(resolved());
  const text = fc
    .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"; } $host', "'", '\\', '\n}'))
    .map((t) => `x${t}`);
  fc.assert(
    fc.property(text, text, (one, two) => {
      expect(nginxConfig(withRum({ applicationId: one, env: two, version: one, service: two }))).toBe(plain);
    }),
  );
});

test('what does get into it is read back as it was', () => {
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
  const url = fc
    .tuple(word, fc.integer({ min: 1, max: 65_535 }), fc.stringMatching(/^[a-zA-Z0-9_.~/-]{0,12}$/))
    .map(([host, port, path]) => `https://${host}.example.com:${port}/${path}`)
    // A name such as xn-- is none: it promises an encoded one and holds nothing.
    .filter((address) => URL.canParse(address));
  fc.assert(
    fc.property(url, url, (sdkUrl, datakitOrigin) => {
      const settings = withRum({ sdkUrl, datakitOrigin });
      const [, replacement] = argsOf(pages(settings), 'sub_filter')[0]!;
      expect(replacement).toContain(`src="${sdkUrl}"`);
      const [, policy] = argsOf(server(settings), 'add_header')[0]!;
      expect(policy).toContain(`connect-src 'self' ${new URL(datakitOrigin).origin};`);
    }),
  );
});

test('a text that cannot stand in quotes as it is, is refused', () => {
  expect([quoted(`it's`), quoted('say "hi"'), quoted('a b')]).toEqual([`"it's"`, `'say "hi"'`, '"a b"']);
  for (const text of [`"'`, '$host', 'a\\b', 'a\nb', 'é', '\u2028'])
    expect(() => quoted(text)).toThrow(/nginx/);
});
