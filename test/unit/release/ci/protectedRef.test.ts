import { performJob } from '../../../../release/ci/perform';
import { requireProtectedRef } from '../../../../release/ci/protectedRef';

const gitlab = { GITLAB_CI: 'true', CI_COMMIT_REF_NAME: 'feature' };

describe('jobs that move a release', () => {
  it.each([
    ['a protected branch', { ...gitlab, CI_COMMIT_REF_PROTECTED: 'true' }],
    ['no pipeline', {}],
    ['another system', { GITHUB_ACTIONS: 'true' }],
  ])('run on %s', (_where, env) => {
    expect(() => requireProtectedRef(env)).not.toThrow();
  });

  it.each([
    ['that is not protected', { ...gitlab, CI_COMMIT_REF_PROTECTED: 'false' }],
    ['of which GitLab says nothing', gitlab],
  ])('are refused on a branch %s', (_which, env) => {
    expect(() => requireProtectedRef(env)).toThrow(/feature is not protected/);
  });

  it.each(['ci pipeline', 'ci step', 'ci rollback', 'ci unlock'] as const)(
    '%s looks before it does anything',
    async (name) => {
      const values = { stacks: ['prod'], cwd: '/nowhere' } as never;
      const surroundings = { env: gitlab, screen: undefined as never, signal: AbortSignal.abort() };
      await expect(performJob(name, values, surroundings)).rejects.toThrow(/feature is not protected/);
    },
  );
});
