import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type Env = Readonly<Record<string, string | undefined>>;

/** The commit that a merge request, a push or a pull request is compared with; undefined where there is none. */
function baseOf(env: Env): string | undefined {
  const base = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'] ?? env['CHANGES_SINCE'] ?? env['CI_COMMIT_BEFORE_SHA'];
  // A new branch has nothing before it, which GitLab writes as zeros.
  return base && !/^0+$/.test(base) ? base : undefined;
}

/** The files that a pipeline is about; undefined where the commit before is not known, or not in this clone. */
export async function changedFiles(root: string, env: Env): Promise<readonly string[] | undefined> {
  const base = baseOf(env);
  if (base === undefined) return undefined;
  try {
    const args = ['diff', '--name-only', '-z', base, 'HEAD', '--'];
    const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 64 * 2 ** 20 });
    return stdout.split('\0').filter(Boolean);
  } catch {
    return undefined;
  }
}
