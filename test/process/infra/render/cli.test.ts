import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = resolve(__dirname, '../../../..');

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/render.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 30_000,
    // Nothing but Node may be needed.
    env: { PATH: '', HOME: process.env['HOME'] },
  });
  return { status, stdout, stderr };
}

describe('bin/render.js', () => {
  it('prints YAML and nothing else', () => {
    const { status, stdout, stderr } = run('--stack', 'prod', '--step', '10');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(parseAllDocuments(stdout)).toHaveLength(31);
  });

  it('says that it does not check moves', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('does not check whether the move to it is legal');
  });

  it.each([
    ['a step there is not', ['--stack', 'prod', '--step', '11'], 'bookinfo:step is "11"'],
    ['a stack there is not', ['--stack', 'prdo'], 'did you mean prod?'],
    ['no stack', [], "required option '--stack <name>' not specified"],
    [
      'a platform where there is no helm',
      ['--stack', 'platform'],
      "PATH has no helm, which renders Istio's charts",
    ],
    ['charts that nobody named', ['--stack', 'rehearsal-platform'], 'bookinfo:istio.charts is $ISTIO_CHARTS'],
    ['an unknown option', ['--stack', 'prod', '--stpe', '1'], "unknown option '--stpe'"],
  ])(
    'exits with 2 and without a stack trace for %s',
    (_name, args, message) => {
      const { status, stdout, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
    30_000,
  );
});
