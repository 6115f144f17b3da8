import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { familyFolder, makeWorkFolder, putInPlace } from '../../../../rehearsal/toolchain/store';
import { type FakeMachine, fakeMachine, touchPin } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

describe('the folder of a family', () => {
  it.each(['go.mod', 'go.sum', 'tools.go', 'control-plane/main.go'])('changes with %s', (file) => {
    const before = familyFolder(machine, 'tools', '1.26.8');
    touchPin(machine, 'tools', file);
    expect(familyFolder(machine, 'tools', '1.26.8')).not.toBe(before);
  });

  it('does not change with the pins of another family', () => {
    const before = familyFolder(machine, 'tools', '1.26.8');
    touchPin(machine, 'lang', 'go.mod');
    expect(familyFolder(machine, 'tools', '1.26.8')).toBe(before);
  });

  it('changes with the minor version of Go and the architecture, not with a patch of Go', () => {
    const folder = familyFolder(machine, 'tools', '1.26.8');
    expect(familyFolder(machine, 'tools', '1.26.2')).toBe(folder);
    expect(familyFolder(machine, 'tools', '1.27.0')).not.toBe(folder);
    expect(familyFolder({ ...machine, arch: 'arm64' }, 'tools', '1.26.8')).not.toBe(folder);
  });

  it('carries the name of the family', () => {
    expect(basename(familyFolder(machine, 'lang', '1.26.8'))).toMatch(/^lang-[0-9a-f]{16}$/);
  });
});

describe('putInPlace', () => {
  it('leaves the folder that another run was faster with', () => {
    const [ours, theirs] = [join(machine.root, 'ours'), join(machine.root, 'place')];
    for (const dir of [ours, theirs]) mkdirSync(dir);
    writeFileSync(join(ours, 'file'), 'ours');
    writeFileSync(join(theirs, 'file'), 'theirs');
    putInPlace(ours, theirs);
    expect(readFileSync(join(theirs, 'file'), 'utf8')).toBe('theirs');
    expect(existsSync(ours)).toBe(false);
  });
});

describe('makeWorkFolder', () => {
  it('removes what an interrupted run left behind, and nothing else', () => {
    const left = join(machine.cache, 'work-1');
    const finished = join(machine.cache, 'etcd-0123');
    for (const dir of [left, finished]) mkdirSync(dir, { recursive: true });
    const work = makeWorkFolder(machine);
    expect([left, finished, work].map(existsSync)).toEqual([false, true, true]);
  });
});
