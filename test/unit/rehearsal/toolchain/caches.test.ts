import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownCaches } from '../../../../rehearsal/toolchain/caches';
import { platformTools, testTools, type ToolName } from '../../../../rehearsal/toolchain/catalogue';
import { ensureTools } from '../../../../rehearsal/toolchain/ensure';
import { type FakeMachine, fakeMachine } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.goCommand();
  machine.command('envoy', 'echo 1.40.0');
  machine.command('kubectl', 'echo v1.36.3');
});
afterEach(() => machine.remove());

const ensure = (names: readonly ToolName[], env: NodeJS.ProcessEnv = {}) =>
  ensureTools(names, {
    machine: { ...machine, env: { ...machine.env, ...env } },
    progress: 'none',
    retryPauseMs: 1,
  });

const everything = [...platformTools, ...testTools];

const own = () => ownCaches(machine);

describe('the toolchain’s own caches', () => {
  it('hold what Go unpacks and compiles, and are removed when all tools are there', async () => {
    await ensure(['kwok']);
    expect(readdirSync(own().modules)).toEqual(['module']);
    expect(readdirSync(own().build)).toEqual(['object']);
    await ensure(platformTools);
    expect(readdirSync(own().build)).toEqual(['object']);
    const tools = await ensure(everything);
    expect(everything.filter((name) => !existsSync(tools.path(name)))).toEqual([]);
    expect(readdirSync(machine.cache).filter((name) => /go|work|lock/.test(name))).toEqual([]);
  });

  it('are writable once unpacked: whoever is not root could not remove them otherwise', async () => {
    await ensure(['etcd']);
    expect(machine.goSettings()).toContain('-modcacherw');
  });

  it('stay when a tool is still missing', async () => {
    machine.onBuild('helm', 'echo "syntax error" >&2; exit 1');
    await expect(ensure(everything)).rejects.toMatchObject({ hindrance: 'build' });
    expect(existsSync(own().modules)).toBe(true);
  });

  it('stay where BOOKINFO_CANARY_KEEP_BUILD_CACHE is set', async () => {
    await ensure(everything, { BOOKINFO_CANARY_KEEP_BUILD_CACHE: '1' });
    expect(readdirSync(own().build)).toEqual(['object']);
  });
});

describe('the user’s caches', () => {
  it('are used where the user has named them, and nothing of them is removed', async () => {
    const [modules, build] = [join(machine.root, 'their-modules'), join(machine.root, 'their-objects')];
    await ensure(everything, { GOMODCACHE: modules, GOCACHE: build });
    expect([readdirSync(modules), readdirSync(build)]).toEqual([['module'], ['object']]);
    expect(machine.goSettings()).toBe('-mod=readonly');
    expect(existsSync(own().modules)).toBe(false);
  });

  it('are left as they are where they are in Go’s own place, but modules are read from there', async () => {
    const downloaded = join(machine.root, 'mod', 'cache', 'download');
    mkdirSync(downloaded, { recursive: true });
    await ensure(platformTools);
    expect(machine.goSettings()).toMatch(`${pathToFileURL(downloaded).href},the-users `);
    expect(readdirSync(join(machine.root, 'mod'))).toEqual(['cache']);
  });
});
