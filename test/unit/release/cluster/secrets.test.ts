import { clusterApi, loadKubeConfig } from '../../../../release/cluster';
import { secretsOf } from '../../../../release/cluster/transport';
import { conceal } from '../../../../release/http';
import { serve, type Loopback } from '../server';

const MARKER = 'token-that-nobody-may-see';

let server: Loopback;
beforeAll(async () => {
  server = await serve((response) => response.end('{}'));
});
afterAll(() => server.close());

const kubeconfig = (url: string, user: object) =>
  JSON.stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: url } }],
    users: [{ name: 'u', user }],
  });

const choice = (url: string, user: object) => () =>
  loadKubeConfig({ kubeconfig: kubeconfig(url, user) }, { env: {}, folder: '/' });

// kubernetes/client-go tools/clientcmd/client_config.go: auth information is read only if IsConfigTransportTLS.
it.each<[string, object]>([
  ['a token', { token: MARKER }],
  ['a user and a password', { username: 'alice', password: MARKER }],
])('%s is not sent to an API server in the clear', async (_, user) => {
  const api = clusterApi(choice(server.url, user));
  expect(await api.get('/version')).toEqual({});
  expect(JSON.stringify(server.received)).not.toContain(MARKER);
});

it('a refusal that echoes the credentials is shown without them, and is cut', () => {
  const headers = { Authorization: `Bearer ${MARKER}` };
  const secrets = secretsOf({ server: new URL('https://a'), options: { headers } });
  expect(
    conceal(JSON.stringify({ message: `Bearer ${MARKER} is not known`, token: MARKER }), secrets),
  ).not.toContain(MARKER);
  const basic = secretsOf({ server: new URL('https://a'), options: { auth: `alice:${MARKER}` } });
  const encoded = Buffer.from(`alice:${MARKER}`).toString('base64');
  expect(conceal(`Basic ${encoded} ${MARKER}`, basic)).toBe('Basic *** ***');
});

it('a page of any length in place of an answer is a sentence', async () => {
  server.reply = (response) => response.writeHead(403).end(`<html>${'<'.repeat(2 ** 20)}`);
  const api = clusterApi(choice(server.url, {}));
  const error = await api.get('/version').catch((thrown: unknown) => thrown as Error);
  expect((error as Error).message.length).toBeLessThan(700);
});
