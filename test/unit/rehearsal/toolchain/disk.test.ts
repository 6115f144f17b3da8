import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskNeeds, requireDisk } from '../../../../rehearsal/toolchain/disk';
import { platformTools } from '../../../../rehearsal/toolchain/catalogue';
import { planTools } from '../../../../rehearsal/toolchain/plan';
import { type FakeMachine, fakeMachine } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.goCommand();
});
afterEach(() => machine.remove());

describe('diskNeeds', () => {
  it('is about 10 GB for a cold build of everything', async () => {
    const needs = diskNeeds(machine, await planTools(machine, platformTools));
    expect(needs).toHaveLength(1);
    expect(needs[0]?.needed).toBeGreaterThan(8e9);
    expect(needs[0]?.needed).toBeLessThan(11e9);
    expect(needs[0]?.folders).toEqual([
      machine.cache,
      join(machine.cache, 'go-caches', 'mod'),
      join(machine.cache, 'go-caches', 'build'),
    ]);
  });

  it('is little more than the binary when the module was built on this machine before', async () => {
    const modules = join(machine.cache, 'go-caches', 'mod');
    mkdirSync(join(modules, 'k8s.io', 'kubernetes@v1.36.3'), { recursive: true });
    const needs = diskNeeds(machine, await planTools(machine, ['etcd']));
    expect(needs[0]?.needed).toBeLessThan(0.6e9);
  });

  it('is that of the binaries for what is downloaded', async () => {
    const plan = await planTools(machine, ['pulumi', 'kwok']);
    const needs = diskNeeds(machine, plan, new Set(['pulumi', 'kwok']));
    expect(needs[0]?.folders).toEqual([machine.cache]);
    expect(needs[0]?.needed).toBeLessThan(1e9);
  });

  it('is nothing when nothing is missing', async () => {
    expect(diskNeeds(machine, await planTools(machine, []))).toEqual([]);
  });
});

describe('requireDisk', () => {
  it('tells where how much is needed, and how to go elsewhere', () => {
    const need = { folders: ['/cache', '/mod'], needed: 14.6e9, free: 3.2e9 };
    expect(() => requireDisk([need])).toThrow(
      /\/cache, \/mod has 3\.2 GB free, .* about 14\.6 GB\n.*BOOKINFO_CANARY_CACHE/,
    );
    expect(() => requireDisk([{ ...need, free: 20e9 }])).not.toThrow();
  });
});
