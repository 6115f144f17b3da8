import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { languageHostDir } from '../../../../rehearsal/toolchain/machine';

const script = join(languageHostDir(), 'pulumi-language-nodejs');

/** Runs the script as the engine does, with these folders on PATH. */
function run(...folders: string[]) {
  const env = { PATH: [...folders, process.env.PATH].join(delimiter) };
  return spawnSync(script, ['-root=/a project', '127.0.0.1:1'], { env, encoding: 'utf8' });
}

test('starts the next host on PATH and tells it that the program needs no TypeScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-'));
  const host = join(folder, 'pulumi-language-nodejs');
  writeFileSync(host, '#!/bin/sh\nfor one in "$@"; do echo "$one"; done\nexit 5\n');
  chmodSync(host, 0o755);
  const { status, stdout } = run(languageHostDir(), folder);
  expect(stdout).toBe('-typescript=false\n-root=/a project\n127.0.0.1:1\n');
  expect(status).toBe(5);
});

test('says what is missing where there is no other host', () => {
  const { status, stderr } = spawnSync('/bin/sh', [script], {
    env: { PATH: languageHostDir() },
    encoding: 'utf8',
  });
  expect(status).toBe(127);
  expect(stderr).toMatch(/is not on PATH: make toolchain builds it/);
});
