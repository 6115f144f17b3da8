import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer as createPlainServer, connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ToolName } from '../../../../rehearsal/toolchain/catalogue';
import type { Patience } from '../../../../rehearsal/toolchain/download';
import { ensureTools, type EnsureOptions, type Toolchain } from '../../../../rehearsal/toolchain/ensure';
import type { Published } from '../../../../rehearsal/toolchain/published';
import { type FakeMachine, fakeMachine } from './fakeMachine';
import { archive, binary, type FileServer, fileServer, pin, serve } from './fileServer';

const kwok = binary('kwok');
const scheduler = binary('kube-scheduler');
const etcd = archive('etcd-v3.6.8-linux-amd64/etcd', binary('etcd'));
const pins = {
  kwok: pin('kwok', kwok),
  'kube-scheduler': pin('kube-scheduler', scheduler, 'kubernetes'),
  etcd: pin('etcd', etcd, 'github', 'etcd-v3.6.8-linux-amd64/etcd'),
};

/** The name that Go gives to the binary of etcd's own package. */
const etcdAlone = 'server';

let machine: FakeMachine;
let servers: FileServer[];
let said: string[];
beforeEach(() => {
  servers = [];
  said = [];
  machine = fakeMachine();
  machine.command('tar', 'exec /usr/bin/tar "$@"');
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((server) => server.close()));
  machine.remove();
});

async function serving(answers: Parameters<typeof fileServer>[0]): Promise<FileServer> {
  const server = await fileServer(answers);
  servers.push(server);
  return server;
}

interface Network {
  readonly github?: string;
  readonly kubernetes?: string;
  readonly published?: readonly Published[];
  readonly env?: NodeJS.ProcessEnv;
}

/** The machine, with these addresses in the place of the publishers'. */
function on({ github, kubernetes, published = Object.values(pins), env }: Network): FakeMachine {
  const addresses = { BOOKINFO_CANARY_GITHUB: github, BOOKINFO_CANARY_DL_K8S_IO: kubernetes };
  return { ...machine, published, env: { ...machine.env, ...addresses, ...env } };
}

const short: Partial<Patience> = { connectMs: 1_000, answerMs: 1_000, stallMs: 1_000, judgeMs: 200 };

const ensure = (names: ToolName[], network: Network, options: EnsureOptions = {}): Promise<Toolchain> =>
  ensureTools(names, {
    machine: on(network),
    progress: 'plain',
    retryPauseMs: 1,
    patience: short,
    ...options,
  });

const text = (): string => said.join('');

describe('a published file', () => {
  it('becomes the tool, without Go', async () => {
    const server = await serving({ '/kwok': serve.whole(kwok), '/etcd': serve.whole(etcd) });
    const tools = await ensure(['kwok', 'etcd'], { github: server.address });
    expect(readFileSync(tools.path('kwok'))).toEqual(kwok);
    expect(readFileSync(tools.path('etcd'))).toEqual(binary('etcd'));
    expect(statSync(tools.path('etcd')).mode & 0o777).toBe(0o755);
    expect([tools.source('kwok'), tools.version('etcd')]).toEqual(['built', '3.6.8']);
    expect(text()).toMatch(/etcd 3\.6\.8: downloading from http:\/\/127\.0\.0\.1:\d+, about 6 s\n/);
    expect(text()).toMatch(/kwok 0\.8\.0: done in 0 s, 0\.0 of 0\.0 MB\n/);
    const again = await ensure(['kwok', 'etcd'], { github: server.address });
    expect(again.source('kwok')).toBe('cache');
    expect(server.requests.filter((request) => request.startsWith('GET'))).toEqual([
      'GET /etcd',
      'GET /kwok',
    ]);
  });

  it('is fetched where the publisher redirects to, and a mirror’s password stays with the mirror', async () => {
    const store = await serving({ '/kwok-file': serve.whole(kwok) });
    const mirror = await serving({ '/files/kwok': serve.redirect(`${store.address}/kwok-file`) });
    const github = `${mirror.address.replace('//', '//bot:se%40cret@')}/files/`;
    await ensure(['kwok'], { github });
    expect(machine.builds()).toEqual([]);
    const basic = `Basic ${Buffer.from('bot:se@cret').toString('base64')}`;
    expect(mirror.headers.map(({ authorization }) => authorization)).toEqual([basic, basic]);
    expect(store.headers.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    expect(text()).not.toContain('se%40cret');
  });

  it('is fetched through the proxy', async () => {
    const server = await serving({ '/kwok': serve.whole(kwok) });
    const tunnels: string[] = [];
    const proxy = createPlainServer((client) => {
      client.once('data', (head: Buffer) => {
        const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+)/.exec(head.toString()) ?? [];
        tunnels.push(host);
        // The name exists for the proxy only.
        const upstream = connect(Number(port), '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(upstream).pipe(client);
        });
        upstream.on('error', () => client.destroy());
        client.on('error', () => upstream.destroy());
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const github = server.address.replace('127.0.0.1', 'publisher.example.com');
    await ensure(['kwok'], { github, env: { HTTP_PROXY: `http://127.0.0.1:${port}` } });
    proxy.close();
    expect(machine.builds()).toEqual([]);
    expect(new Set(tunnels)).toEqual(new Set(['publisher.example.com']));
  });
});

describe('a file that is not had whole', () => {
  beforeEach(() => machine.goCommand());

  it('has another hash: it is told what was expected, what came and from where, and no other is fetched there', async () => {
    const server = await serving({
      '/kwok': serve.whole(kwok),
      '/etcd': serve.whole(Buffer.from('something')),
    });
    const tools = await ensure(['etcd', 'kwok'], { github: server.address });
    expect(machine.builds()).toEqual([etcdAlone, 'kwok']);
    expect(readFileSync(tools.path('etcd'), 'utf8')).toBe('#!/bin/sh\n');
    const got = pin('etcd', Buffer.from('something')).hash;
    expect(text()).toContain(
      `etcd 3.6.8: not downloaded (${server.address}: its sha512 is ${got}, not the pinned ${pins.etcd.hash} ` +
        `(${server.address}/etcd); nothing more is fetched from there); it is built, about`,
    );
    expect(text()).toContain(`kwok 0.8.0: not downloaded (${server.address} was given up); it is built`);
    expect(server.requests).not.toContain('GET /kwok');
  });

  it.each([
    ['breaks off', serve.truncated(kwok), /it broke off after 0\.0 MB/],
    ['ends early', serve.short(kwok), /its sha512 is [0-9a-f]{128}, not the pinned/],
    ['is absent', undefined, /the answer is 404/],
    ['stalls', serve.stalling(kwok), /nothing came for 1 s after 0\.0 MB/],
    ['drips', serve.dripping(kwok, 20), /0\.0 MB of 0\.0 MB in \d s is slower than building/],
  ])('%s: it is built', async (_how, answer, why) => {
    const server = await serving(answer ? { '/kwok': answer } : {});
    const tools = await ensure(['kwok'], { github: server.address });
    expect(readFileSync(tools.path('kwok'), 'utf8')).toBe('#!/bin/sh\n');
    expect(machine.builds()).toEqual(['kwok']);
    expect(text()).toMatch(why);
  });

  it('is no tar, although it is the pinned file', async () => {
    const odd = Buffer.from('no archive');
    const server = await serving({ '/etcd': serve.whole(odd) });
    await ensure(['etcd'], { github: server.address, published: [pin('etcd', odd, 'github', 'etcd')] });
    expect(machine.builds()).toEqual([etcdAlone]);
    expect(text()).toMatch(/etcd 3\.6\.8: not downloaded \(it cannot be unpacked: .*\); it is built/);
  });

  it('is absent: the next one is fetched all the same', async () => {
    const server = await serving({ '/kwok': serve.whole(kwok) });
    const tools = await ensure(['etcd', 'kwok'], { github: server.address });
    expect(machine.builds()).toEqual([etcdAlone]);
    expect(readFileSync(tools.path('kwok'))).toEqual(kwok);
  });
});

describe('a publisher that cannot be reached', () => {
  beforeEach(() => machine.goCommand());

  async function nobody(): Promise<string> {
    const server = await fileServer({});
    await server.close();
    return server.address;
  }

  it('costs nothing but a line, and everything is built as ever', async () => {
    const [github, kubernetes] = [await nobody(), await nobody()];
    const tools = await ensure(['etcd', 'kube-scheduler', 'kwok'], { github, kubernetes });
    expect(machine.builds()).toEqual(['control-plane', 'kwok']);
    expect(tools.source('kwok')).toBe('built');
    const notice = `Nothing is downloaded from ${github} (ECONNREFUSED), ${kubernetes} (ECONNREFUSED): it is built.\n`;
    expect(text().match(/Nothing is downloaded/g)).toHaveLength(1);
    expect(said).toContain(notice);
    expect(text()).toContain('3 tools: etcd, kube-scheduler, kwok: started, about');
  });

  it('hangs: all are waited for at once, for a short time, and asked once', async () => {
    const events: string[] = [];
    const hang: Parameters<typeof fileServer>[0][string] = (_request, response) => {
      events.push('asked');
      response.on('close', () => events.push('given up'));
    };
    const hanging = { '/etcd': hang, '/kwok': hang, '/kube-scheduler': hang };
    const [one, other] = [await serving(hanging), await serving(hanging)];
    await ensure(['etcd', 'kube-scheduler', 'kwok'], { github: one.address, kubernetes: other.address });
    expect(events).toEqual(['asked', 'asked', 'given up', 'given up']);
    expect([...one.requests, ...other.requests]).toHaveLength(2);
    expect(machine.builds()).toEqual(['control-plane', 'kwok']);
    expect(text()).toContain(`${one.address} (no answer), ${other.address} (no answer)`);
  });

  it('stands behind a proxy that says so', async () => {
    const server = await serving({
      '/kwok': (_request, response) => void response.writeHead(502).end(),
    });
    await ensure(['kwok'], { github: server.address });
    expect(text()).toContain(`Nothing is downloaded from ${server.address} (answer 502): it is built.`);
  });

  it('answers first and hangs then: it is given up, and not asked for the next tool', async () => {
    const silent = (request: { method?: string }, response: { end(): void }): void => {
      if (request.method === 'HEAD') response.end();
    };
    const server = await serving({ '/etcd': silent, '/kwok': silent });
    await ensure(['etcd', 'kwok'], { github: server.address });
    expect(server.requests.filter((request) => request.startsWith('GET'))).toEqual(['GET /etcd']);
    expect(machine.builds()).toEqual([etcdAlone, 'kwok']);
    expect(text()).toContain(`${server.address}: no answer; nothing more is fetched from there`);
  });

  it('does not hide that there is no Go to build with', async () => {
    machine.remove();
    machine = fakeMachine();
    const server = await serving({});
    await expect(ensure(['kwok'], { github: server.address })).rejects.toMatchObject({ hindrance: 'no-go' });
    await expect(ensure(['kwok'], { github: await nobody() })).rejects.toMatchObject({ hindrance: 'no-go' });
  });
});

describe('settings', () => {
  beforeEach(() => machine.goCommand());

  it('off: nobody is asked', async () => {
    const server = await serving({ '/kwok': serve.whole(kwok) });
    await ensure(['kwok'], { github: server.address, env: { BOOKINFO_CANARY_DOWNLOADS: 'off' } });
    expect(server.requests).toEqual([]);
    expect(machine.builds()).toEqual(['kwok']);
  });

  it('that mean nothing are refused before anything is made', async () => {
    await expect(ensure(['kwok'], { github: 'mirror' })).rejects.toMatchObject({ hindrance: 'setting' });
    expect(machine.builds()).toEqual([]);
  });

  it('a pin of another version is not used', async () => {
    const server = await serving({ '/kwok': serve.whole(kwok) });
    await ensure(['kwok'], { github: server.address, published: [{ ...pins.kwok, version: '0.7.0' }] });
    expect(server.requests).toEqual([]);
    expect(machine.builds()).toEqual(['kwok']);
  });
});

describe('interruption', () => {
  it('ends the download at once, leaves nothing, and the next run goes on', async () => {
    const answers = { '/etcd': serve.whole(etcd), '/kwok': serve.stalling(kwok) };
    const server = await serving(answers);
    const ending = new AbortController();
    const options = { signal: ending.signal, patience: { ...short, stallMs: 60_000 } };
    const outcome = ensure(['etcd', 'kwok'], { github: server.address }, options).catch(
      (error: unknown) => error,
    );
    for (let i = 0; i < 500 && !server.requests.includes('GET /kwok'); i++) await sleep(10);
    ending.abort(new Error('interrupted'));
    expect(await outcome).toEqual(new Error('interrupted'));
    expect(readdirSync(machine.cache)).toEqual([expect.stringMatching(/^tools-/)]);
    for (let i = 0; i < 500 && (await server.connections()) > 0; i++) await sleep(10);
    expect(await server.connections()).toBe(0);
    answers['/kwok'] = serve.whole(kwok);
    const tools = await ensure(['etcd', 'kwok'], { github: server.address });
    expect([tools.source('etcd'), tools.source('kwok')]).toEqual(['cache', 'built']);
    expect(existsSync(tools.path('kwok'))).toBe(true);
  });
});
