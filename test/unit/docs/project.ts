import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './validators';

/** What a person has who has just cloned the repository; tests and what was made are left out. */
const parts = [
  ...['bin', 'components', 'docs', 'examples', 'infra'],
  ...['plugin', 'policies', 'rehearsal', 'release', 'stacks'],
  ...['Makefile', 'Pulumi.yaml', 'package.json', 'package-lock.json', 'tsconfig.json'],
];

/** A copy of the project, which pages may change as they tell their readers to. */
export class ProjectCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'docs-project-'));

  constructor() {
    for (const part of parts) {
      const source = join(ROOT, part);
      if (existsSync(source)) cpSync(source, join(this.root, part), { recursive: true });
    }
    // Each its own: the bundles of one tree must not take the place of the other's.
    mkdirSync(join(this.root, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== '.cache')
        symlinkSync(join(ROOT, 'node_modules', name), join(this.root, 'node_modules', name));
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
