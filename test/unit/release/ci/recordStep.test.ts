import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordStep } from '../../../../release/ci/gitlab/recordStep';
import { projectRoot } from '../../../../rehearsal/paths';
import { findStack, readReleaseStack } from '../../../../release/settings';
import { LocalGitLab } from '../../../pipeline/support/gitlab';

const path = 'stacks/Pulumi.prod.yaml';
const text = (step: string, more = '') => `config:
  bookinfo:layers: [application, release]
  bookinfo:namespace: prod
  bookinfo:release:
    service: reviews
    stable: { version: v1 }
    canary: { version: v2 }
    steps: [0, 10, 100]
  bookinfo:step: ${step}
${more}`;

let root: string;
let gitlab: LocalGitLab;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'record-'));
  mkdirSync(join(root, 'stacks'));
  cpSync(join(projectRoot(), 'Pulumi.yaml'), join(root, 'Pulumi.yaml'));
  writeFileSync(join(root, path), text('10'));
  gitlab = await LocalGitLab.start(new Map([[path, text('baseline', '# merged meanwhile\n')]]));
});
afterEach(async () => {
  await gitlab.stop();
  rmSync(root, { recursive: true });
});

const record = (more: Readonly<Record<string, string | undefined>> = {}) =>
  recordStep(readReleaseStack(findStack({ cwd: root, stack: 'prod' })), 'reviews', {
    CI_DEFAULT_BRANCH: 'main',
    CI_COMMIT_BRANCH: 'main',
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_ID: '1',
    GITLAB_TOKEN: gitlab.token,
    ...more,
  });

describe('the step that was taken', () => {
  it('is named on the branch, in the file as the branch has it, by a commit that starts no pipeline', async () => {
    expect(await record()).toBe(`${path} on main names step 10 now`);
    expect(gitlab.commits).toEqual([
      {
        branch: 'main',
        path,
        content: text('"10"', '# merged meanwhile\n'),
        message: 'release: reviews on prod is at step 10 [skip ci]',
      },
    ]);
    expect(await record()).toBe(`${path} on main names step 10 already`);
    expect(gitlab.commits).toHaveLength(1);
  });

  it.each([
    [{ GITLAB_TOKEN: undefined }, /GITLAB_TOKEN is not set; name step 10 in stacks/],
    [{ CI_COMMIT_BRANCH: 'feature' }, /not on the default branch; name step 10/],
    [{ GITLAB_TOKEN: 'wrong' }, /could not be committed: .*401.*; name step 10/],
  ])('is left to people with %j', async (more, told) => {
    expect(await record(more)).toMatch(told);
    expect(gitlab.commits).toEqual([]);
  });
});
