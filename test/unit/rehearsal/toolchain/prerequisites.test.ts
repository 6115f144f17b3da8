import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';
import { type FakeMachine, fakeMachine } from './fakeMachine';

const script = join(projectRoot(__dirname), 'rehearsal', 'toolchain', 'prerequisites.sh');

let machine: FakeMachine;
beforeEach(() => (machine = fakeMachine()));
afterEach(() => machine.remove());

function check(what: string): { status: number | null; stderr: string } {
  return spawnSync('/bin/sh', [script, what], { env: machine.env, encoding: 'utf8' });
}

describe('prerequisites.sh', () => {
  it('names everything that is missing at once, with what to install', () => {
    const { status, stderr } = check('rehearsal');
    expect(status).toBe(1);
    for (const name of ['node', 'npm', 'unshare', 'ip', 'python3 with pip']) {
      expect(stderr).toContain(`${name} is not on PATH`);
    }
    expect(stderr).toContain('there is neither go nor python3 with pip');
    expect(stderr.match(/remedy: install/g)).toHaveLength(6);
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
    machine.command('node', `exec '${process.execPath}' "$@"`);
    for (const name of ['npm', 'unshare', 'ip']) machine.command(name, 'true');
    machine.pythonCommand();
    expect(check('rehearsal')).toMatchObject({ status: 0, stderr: '' });
    // Each of the two needs something more.
    expect(check('soak').stderr).toContain('prometheus is not on PATH');
    expect(check('test').stderr).toContain('there is no Chromium on PATH');
    for (const name of ['prometheus', 'git', 'rsync']) machine.command(name, 'true');
    expect(check('soak')).toMatchObject({ status: 0, stderr: '' });
  });
});
