import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG_DIR, configData, resolveEdgeSettings } from '../../components/edge/pure';
import { findNginx, NginxProcess, type NginxOptions } from '../../rehearsal/edge';
import { context } from './support/site';

const upstreamPort = 18_471;
const [gateway, podIP] = ['127.58.0.1', '127.58.0.2'] as const;
const settings = resolveEdgeSettings(
  {
    upstream: `http://gateway.test:${upstreamPort}`,
    rum: { applicationId: 'a', datakitOrigin: 'https://rum.example.com' },
  },
  context,
);
const files = Object.fromEntries(
  Object.entries(configData(settings)).map(([name, content]) => [`${CONFIG_DIR}/${name}`, content]),
);

let stateDir: string;
let upstream: Server;
const started: NginxProcess[] = [];

function nginx(more: Partial<NginxOptions> = {}): NginxProcess {
  const hosts = { 'gateway.test': gateway };
  // A blank in the path: nobody's home folder is under our control.
  const options = { name: 'edge-1', podIP, files, hosts, stateDir: join(stateDir, 'a pod') };
  const process_ = new NginxProcess({ ...options, executable: findNginx()!, ...more });
  started.push(process_);
  return process_;
}

beforeAll(async () => {
  upstream = createServer((request, response) => {
    const type = request.url === '/text' ? 'text/plain' : 'text/html; charset=utf-8';
    response.setHeader('content-type', type).setHeader('content-security-policy', "default-src 'none'");
    response.end(`${request.httpVersion} <title>T</title><svg><title>S</title></svg>`);
  });
  await new Promise<void>((resolve) => upstream.listen(upstreamPort, gateway, resolve));
});
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'edge-'));
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
  rmSync(stateDir, { recursive: true, force: true });
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
});

const get = (path: string) =>
  fetch(`http://${podIP}:8080${path}`, { headers: { 'accept-encoding': 'gzip' } });

test('pages get the snippet once, other answers pass as they are', async () => {
  await nginx().start();
  const page = await get('/');
  expect(await page.text()).toMatch(
    /^1\.1 <title>T<\/title><script defer src="[^"]+"><\/script><script defer src="\/edge\/rum-init.js"><\/script><svg><title>S<\/title><\/svg>$/,
  );
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'; /);
  expect(await (await get('/text')).text()).toBe('1.1 <title>T</title><svg><title>S</title></svg>');
  const script = await get('/edge/rum-init.js');
  expect(script.headers.get('content-type')).toBe('text/javascript');
  expect(await script.text()).toBe(files[`${CONFIG_DIR}/rum-init.js`]);
  expect(await (await get('/edge/health')).text()).toBe('ok');
});

test('it is gone when it is stopped, and can be started again on its address', async () => {
  const first = nginx();
  await first.start();
  await first.stop();
  await expect(get('/edge/health')).rejects.toThrow();
  await nginx().start();
  expect((await get('/edge/health')).status).toBe(200);
});

test('a name that nobody knows is told in the words of nginx', async () => {
  await expect(nginx({ hosts: {} }).start()).rejects.toThrow(
    /nginx of edge-1: it ended with code 1[^]*host not found in upstream "gateway\.test/,
  );
});

test('files and hosts may come later, and a pod without a configuration is refused', async () => {
  const later = nginx({
    files: () => Promise.resolve(files),
    hosts: () => Promise.resolve({ 'gateway.test': gateway }),
  });
  await later.start();
  expect((await get('/')).status).toBe(200);
  await expect(nginx({ files: {} }).start()).rejects.toThrow('pod edge-1 mounts no nginx.conf');
});

test('an end that nobody asked for is reported, once', async () => {
  const reported: string[] = [];
  const one = nginx({ onExit: (error) => reported.push(error.message) });
  await one.start();
  process.kill(one.pid!, 'SIGTERM');
  for (let tries = 0; tries < 100 && reported.length === 0; tries++) await sleep(20);
  expect(reported).toEqual([expect.stringMatching(/^nginx of edge-1: it ended with code 0\. Its log, /)]);
  await one.stop();
  expect(reported).toHaveLength(1);
});

test('a program that is no nginx is an error and not a wait', async () => {
  const executable = join(stateDir, 'nginx');
  writeFileSync(executable, '#!/bin/sh\necho no such thing >&2\nexit 3\n', { mode: 0o755 });
  await expect(nginx({ executable }).start()).rejects.toThrow(/ended with code 3[^]*no such thing/);
});
