import { ReleaseError } from '../exitCodes';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Makes sure that a job that moves a release runs on a protected branch or tag. On any other, whoever may push has written the
 * job itself, and variables that such a job gets are not protected.
 *
 * Source: GitLab documentation, Predefined CI/CD variables, `CI_COMMIT_REF_PROTECTED`: `true` if the job is running for a
 * protected reference.
 * @throws ReleaseError (usage) in a job of GitLab on another one
 */
export function requireProtectedRef(env: Env): void {
  if (env['GITLAB_CI'] !== 'true' || env['CI_COMMIT_REF_PROTECTED'] === 'true') return;
  throw new ReleaseError(
    'usage',
    `${env['CI_COMMIT_REF_NAME'] ?? 'this branch'} is not protected: whoever may push to it could change what a release does`,
    'protect the default branch (Settings, Repository, Protected branches), and mark the variables of the release protected',
  );
}
