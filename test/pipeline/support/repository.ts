import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { projectRoot } from '../../../rehearsal/paths';

/** What is made in the project's folder and never committed. */
const madeHere = ['.git', '.rehearsal', 'coverage', 'node_modules', 'out'];

/** The project as a repository of its own, in which a test may commit. */
export class Repository {
  private constructor(readonly dir: string) {}

  static make(): Repository {
    const repository = new Repository(mkdtempSync(join(tmpdir(), 'pipeline-')));
    for (const name of readdirSync(projectRoot()).filter((each) => !madeHere.includes(each))) {
      cpSync(join(projectRoot(), name), join(repository.dir, name), { recursive: true });
    }
    repository.write('.gitignore', `${repository.read('.gitignore')}.gitlab-ci-local*\n`);
    repository.git('init', '--quiet', '--initial-branch=main');
    repository.git('remote', 'add', 'origin', 'https://gitlab.example.com/shop/bookinfo.git');
    return repository;
  }

  read = (path: string): string => readFileSync(join(this.dir, path), 'utf8');

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.dir, path)), { recursive: true });
    writeFileSync(join(this.dir, path), text);
  }

  /** Sets values of a stack's config file, by key without the project's name; undefined removes one. */
  configure(stack: string, values: Readonly<Record<string, unknown>>): void {
    const path = `stacks/Pulumi.${stack}.yaml`;
    const document = parseDocument(this.read(path));
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) document.deleteIn(['config', `bookinfo:${key}`]);
      else document.setIn(['config', `bookinfo:${key}`], value);
    }
    this.write(path, document.toString());
  }

  git(...args: string[]): string {
    const who = ['-c', 'user.name=A Tester', '-c', 'user.email=tester@example.com'];
    return execFileSync('git', [...who, ...args], { cwd: this.dir, encoding: 'utf8' }).trim();
  }

  /** Commits everything, and says that the remote's default branch has it where this is that branch. */
  commit(message: string): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
    const commit = this.git('rev-parse', 'HEAD');
    if (this.git('rev-parse', '--abbrev-ref', 'HEAD') === 'main') {
      this.git('update-ref', 'refs/remotes/origin/main', commit);
      this.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
    }
    return commit;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
