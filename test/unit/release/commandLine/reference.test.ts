import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandReference } from '../../../../release/commandLine/reference';
import { exitCodes } from '../../../../release/exitCodes';

const text = commandReference();

describe('docs/reference/release.md', () => {
  it('is what the commands say of themselves; run `node bin/release.js docs --write`', () => {
    const file = join(__dirname, '../../../../docs/reference/release.md');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('names every exit code and what it means', () => {
    for (const [outcome, code] of Object.entries(exitCodes)) {
      expect(text).toMatch(new RegExp(`^\\| ${code} \\| ${outcome} \\| \\S`, 'm'));
    }
  });
});
