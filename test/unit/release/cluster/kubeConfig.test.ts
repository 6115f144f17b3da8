import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { addCredentials, loadKubeConfig, type ProviderSettings } from '../../../../release/cluster';
import { ReleaseError } from '../../../../release/exitCodes';

/**
 * The rules are those of the engine's Kubernetes provider: pulumi/pulumi-kubernetes provider/pkg/provider/provider.go (Configure:
 * kubernetes:kubeconfig is a path or contents, used alone; context and cluster are clientcmd.ConfigOverrides) and of
 * kubernetes/client-go tools/clientcmd/loader.go (Load: missing files are skipped, of two files the first wins),
 * client_config.go (a context that is asked for must exist), merged_client_builder.go (ClientConfig: in-cluster comes last).
 */
const MARKER = 'token-that-nobody-may-see';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'kubeconfig-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Sketch {
  readonly current?: string;
  readonly contexts?: readonly string[];
  readonly server?: string;
  readonly user?: object;
}

/** A kubeconfig whose contexts each have a cluster and a user of their own name. */
const kubeconfig = ({
  current,
  contexts = ['a', 'b'],
  server = '',
  user = { token: MARKER },
}: Sketch = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  ...(current === undefined ? {} : { 'current-context': current }),
  clusters: contexts.map((name) => ({ name, cluster: { server: `https://${name}${server}.example.com` } })),
  users: contexts.map((name) => ({ name, user })),
  contexts: contexts.map((name) => ({
    name,
    context: { cluster: name, user: name, namespace: `of-${name}` },
  })),
});

const write = (name: string, content: object | string): string => {
  const file = join(dir, name);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
};

const load = (settings: ProviderSettings = {}, env: Record<string, string> = {}) =>
  loadKubeConfig(settings, { env: { HOME: dir, ...env }, folder: dir });

/** Server and namespace of the choice. */
async function chosen(settings: ProviderSettings = {}, env: Record<string, string> = {}) {
  const config = await load(settings, env);
  const { namespace } = config.getContextObject(config.getCurrentContext())!;
  return [config.getCurrentCluster()!.server, config.getCurrentUser()?.name, namespace];
}

/** The refusal, which must not quote any line of a file. */
async function refusal(settings: ProviderSettings = {}, env: Record<string, string> = {}): Promise<string> {
  const error = await load(settings, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ReleaseError);
  const { message, remedy, outcome, cause } = error as ReleaseError;
  expect(outcome).toBe('usage');
  expect(remedy).not.toBe('');
  expect(cause).toBeUndefined();
  expect(`${message} ${remedy}`).not.toContain(MARKER);
  expect(message).not.toContain('\n');
  return message;
}

describe('which cluster is meant', () => {
  it('is the current context of KUBECONFIG, or of ~/.kube/config', async () => {
    const file = write('one', kubeconfig({ current: 'a' }));
    expect(await chosen({}, { KUBECONFIG: file })).toEqual(['https://a.example.com', 'a', 'of-a']);
    mkdirSync(join(dir, '.kube'));
    write('.kube/config', kubeconfig({ current: 'b' }));
    expect(await chosen()).toEqual(['https://b.example.com', 'b', 'of-b']);
  });

  it('is the context that the stack names, whatever is current', async () => {
    const KUBECONFIG = write('one', kubeconfig({ current: 'a' }));
    expect(await chosen({ context: 'b' }, { KUBECONFIG })).toEqual(['https://b.example.com', 'b', 'of-b']);
  });

  it('is the cluster that the stack names, with the user of the context', async () => {
    const KUBECONFIG = write('one', kubeconfig({ current: 'a' }));
    const settings = { cluster: 'b', namespace: 'own' };
    expect(await chosen(settings, { KUBECONFIG })).toEqual(['https://b.example.com', 'a', 'own']);
  });

  it.each([
    ['an absolute path', () => join(dir, 'own')],
    ['a path below the home folder', () => '~/own'],
    ['a path in the folder that the engine runs its plugins in', () => 'own'],
    ['contents', () => stringify(kubeconfig({ current: 'b' }))],
    ['contents in JSON', () => JSON.stringify(kubeconfig({ current: 'b' }))],
  ])('is in the kubeconfig of the stack, as %s, and KUBECONFIG is not looked at', async (_, given) => {
    write('own', kubeconfig({ current: 'b' }));
    const KUBECONFIG = write('one', kubeconfig({ current: 'a' }));
    expect(await chosen({ kubeconfig: given() }, { KUBECONFIG })).toEqual([
      ...['https://b.example.com', 'b', 'of-b'],
    ]);
  });

  it('is merged from several files: the first wins, entry by entry, and missing ones are skipped', async () => {
    const files = [
      join(dir, 'missing'),
      write('context-only', { 'current-context': 'b' }),
      '',
      write('one', kubeconfig({ current: 'a', server: '-one' })),
      write('two', kubeconfig({ current: 'c', contexts: ['b', 'c'], server: '-two' })),
    ];
    const KUBECONFIG = files.join(delimiter);
    expect(await chosen({}, { KUBECONFIG })).toEqual(['https://b-one.example.com', 'b', 'of-b']);
    expect(await chosen({ context: 'c' }, { KUBECONFIG })).toEqual([
      ...['https://c-two.example.com', 'c', 'of-c'],
    ]);
  });

  it('has its paths relative to its own file', async () => {
    mkdirSync(join(dir, 'deep'));
    const user = {
      'client-certificate': 'cert.pem',
      'client-key': '/abs/key.pem',
      exec: { command: './log-in' },
    };
    const file = write('deep/one', kubeconfig({ current: 'a', user }));
    const found = (await load({}, { KUBECONFIG: file })).getCurrentUser()!;
    expect(found).toMatchObject({
      certFile: join(dir, 'deep/cert.pem'),
      keyFile: '/abs/key.pem',
      exec: { command: join(dir, 'deep/log-in') },
    });
  });

  it('reads a token from its file', async () => {
    write('token', MARKER);
    const file = write('one', kubeconfig({ current: 'a', user: { tokenFile: 'token' } }));
    const options: { headers?: Record<string, string> } = {};
    await addCredentials(await load({}, { KUBECONFIG: file }), options);
    expect(options.headers).toEqual({ Authorization: `Bearer ${MARKER}` });
  });
});

describe('a kubeconfig that cannot be used', () => {
  const broken: readonly (readonly [string, string | object, RegExp])[] = [
    [
      'a tab',
      `apiVersion: v1\nusers:\n- name: a\n  user:\n\ttoken: ${MARKER}\n`,
      /is not YAML: line 5, column 1: a tab/,
    ],
    ['a quote that is not closed', `users:\n- name: a\n  user: {token: "${MARKER}\n`, /is not YAML: line \d/],
    ['a bracket that is not closed', `users: [{name: a, user: {token: ${MARKER}}}\n`, /is not YAML: line \d/],
    ['an escape that there is not', `users:\n- name: "\\q${MARKER}"\n`, /is not YAML: line 2/],
    ['an alias without an anchor', `users: *${MARKER}\n`, /is not YAML/],
    ['a key twice', `current-context: a\ncurrent-context: ${MARKER}\n`, /is not YAML: line 2.*twice/],
    ['a mapping in a line', `token: ${MARKER}: more\n`, /is not YAML: line 1/],
    ['only a token', MARKER, /is no kubeconfig/],
    ['a list', [MARKER], /is no kubeconfig/],
    [
      'a certificate',
      `-----BEGIN CERTIFICATE-----\n${MARKER}\n-----END CERTIFICATE-----\n`,
      /is no(t| kubeconfig)/,
    ],
    ['clusters that are a mapping', { clusters: { a: MARKER } }, /clusters must be a list/],
    [
      'a name that is a number',
      { contexts: [{ name: 123, context: {} }] },
      /contexts\[0\]\.name must be text/,
    ],
    ['a user that is text', { users: [{ name: 'a', user: MARKER }] }, /users\[0\]\.user must be a mapping/],
    [
      'an entry without a name',
      { clusters: [{ cluster: { server: MARKER } }] },
      /clusters\[0\]\.name must be text/,
    ],
    ['a context that is not there', kubeconfig({ current: 'c' }), /no context named c; it has: a, b/],
    ['no current context', kubeconfig(), /no current context; it has: a, b/],
    ['nothing', '', /is empty/],
    ['only a comment', `# ${MARKER}\n`, /is empty/],
    [
      'a context of a cluster that is not there',
      { ...kubeconfig({ current: 'a' }), clusters: [] },
      /no cluster named a/,
    ],
    [
      'a context of a user that is not there',
      { ...kubeconfig({ current: 'a' }), users: [] },
      /no user named a/,
    ],
    [
      'a name twice',
      {
        ...kubeconfig({ current: 'a' }),
        users: [1, 2].map(() => ({ name: 'a', user: { token: MARKER } })),
      },
      /two users named a/,
    ],
    [
      'a cluster without a server',
      { ...kubeconfig({ current: 'a' }), clusters: [{ name: 'a', cluster: {} }] },
      /cluster a of .* has no server/,
    ],
    [
      'a server that is no address',
      { ...kubeconfig({ current: 'a' }), clusters: [{ name: 'a', cluster: { server: `${MARKER}:6443` } }] },
      /the server of cluster a of .* is no address/,
    ],
    [
      'groups to impersonate',
      kubeconfig({ current: 'a', user: { as: 'x', 'as-groups': ['y'] } }),
      /user a of .* impersonates by as-groups/,
    ],
    [
      'an auth-provider that Kubernetes has removed',
      kubeconfig({
        current: 'a',
        user: { 'auth-provider': { name: 'gcp', config: { 'access-token': MARKER } } },
      }),
      /auth-provider gcp/,
    ],
  ];

  it.each(broken)('with %s is refused in a sentence, from a file', async (_, content, expected) => {
    const file = write('one', content);
    const message = await refusal({}, { KUBECONFIG: file });
    expect(message).toMatch(expected);
    expect(message).toContain(file);
  });

  // A word alone is the name of a file that is not there.
  it.each(broken.filter(([, content]) => content !== '' && content !== MARKER))(
    'with %s is refused in a sentence, as the text of the stack',
    async (_, content, expected) => {
      const text = typeof content === 'string' ? content : stringify(content);
      const message = await refusal({ kubeconfig: text }, { KUBECONFIG: '/not/looked/at' });
      expect(message).toMatch(expected);
      expect(message).toContain('kubernetes:kubeconfig');
    },
  );

  it.each<[string, ProviderSettings, Record<string, string>, RegExp]>([
    ['nothing anywhere', {}, {}, /^there is no kubeconfig: .* KUBECONFIG is not set/],
    [
      'a file that is not there',
      {},
      { KUBECONFIG: '/none/one' },
      /KUBECONFIG names \/none\/one, which is not there/,
    ],
    [
      'files that are not there',
      {},
      { KUBECONFIG: '/none/one:/none/two' },
      /names \/none\/one, \/none\/two, which are/,
    ],
    ['a folder', {}, { KUBECONFIG: tmpdir() }, /cannot be read \(EISDIR\)/],
    ['a path of the stack that is not there', { kubeconfig: '/none/one' }, {}, /the stack names \/none\/one/],
    [
      'a list in the stack',
      { kubeconfig: '/none/one:/none/two' },
      {},
      /the stack names \/none\/one:\/none\/two/,
    ],
    ['a folder of the stack', { kubeconfig: tmpdir() }, {}, /cannot be read \(EISDIR\)/],
  ])('is told apart: %s', async (_, settings, env, expected) => {
    expect(await refusal(settings, env)).toMatch(expected);
  });

  it('has a near name for a context and a cluster that are not there', async () => {
    const KUBECONFIG = write('one', kubeconfig({ current: 'prod-eu', contexts: ['prod-eu', 'prod-us'] }));
    await expect(load({ context: 'prd-eu' }, { KUBECONFIG })).rejects.toMatchObject({
      message: expect.stringMatching(/no context named prd-eu; it has: prod-eu, prod-us/) as unknown,
      remedy: 'did you mean prod-eu?',
    });
    await expect(load({ cluster: 'prod-uss' }, { KUBECONFIG })).rejects.toMatchObject({
      message: expect.stringMatching(/no cluster named prod-uss/) as unknown,
      remedy: 'did you mean prod-us?',
    });
  });

  it('may hold aliases by the thousand without an end', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let index = 1; index < 12; index++) {
      const [from, to] = [index - 1, index].map((each) => String.fromCharCode(97 + each));
      bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`);
    }
    expect(await refusal({}, { KUBECONFIG: write('one', `${bomb.join('\n')}\n`) })).toMatch(/is not YAML/);
  });
});

describe('a credential plugin', () => {
  const withPlugin = async (script: string): Promise<string> => {
    const command = write('log-in', `#!/bin/sh\n${script}\n`);
    chmodSync(command, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, args: [MARKER] };
    const config = await load({}, { KUBECONFIG: write('one', kubeconfig({ current: 'a', user: { exec } })) });
    const error = await addCredentials(config).then(
      () => undefined,
      (thrown: unknown) => thrown as ReleaseError,
    );
    expect(error).toBeInstanceOf(ReleaseError);
    expect(`${error!.message} ${error!.remedy} ${String(error!.cause)}`).not.toContain(MARKER);
    return error!.message;
  };

  it.each([
    ['fails and tells why', `echo ${MARKER} >&2; exit 3`],
    ['prints what is no JSON', `echo ${MARKER}`],
    ['prints no credential', `echo '{"kind": "${MARKER}"}'`],
    ['prints half of one', `echo '{"status": {"token": "${MARKER}'`],
  ])('that %s is refused by name', async (_, script) => {
    expect(await withPlugin(script)).toMatch(/the credential plugin .*log-in of user a .* did not hand out/);
  });

  it('that is not installed is refused by name', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' };
    const config = await load({}, { KUBECONFIG: write('one', kubeconfig({ current: 'a', user: { exec } })) });
    await expect(addCredentials(config)).rejects.toThrow(/the credential plugin no-such-plugin .*\(ENOENT\)/);
  });
});
