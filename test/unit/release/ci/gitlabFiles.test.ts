import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../../../rehearsal/paths';

type Job = Readonly<Record<string, unknown>>;
const read = (file: string) =>
  parse(readFileSync(join(projectRoot(), file), 'utf8')) as Readonly<Record<string, Job>>;

const words = ['include', 'stages', 'variables', 'workflow', 'default'];
/** What GitLab takes in a job, as far as it is used here. */
const known = [
  ...[
    'after_script',
    'allow_failure',
    'artifacts',
    'before_script',
    'cache',
    'environment',
    'extends',
    'image',
  ],
  ...['interruptible', 'needs', 'parallel', 'resource_group', 'retry', 'rules', 'script', 'stage', 'timeout'],
  ...['trigger', 'variables', 'when'],
];
const jobs = { ...read('.gitlab/jobs.yml'), ...read('.gitlab-ci.yml') };

it.each(Object.keys(jobs).filter((name) => !words.includes(name)))(
  'job %s has only keys that GitLab knows',
  (name) => {
    expect(Object.keys(jobs[name]!).filter((key) => !known.includes(key))).toEqual([]);
  },
);

/** Names that mean something else at the top of the file. */
const reserved = [
  ...[
    'image',
    'services',
    'stages',
    'types',
    'before_script',
    'after_script',
    'variables',
    'cache',
    'include',
  ],
  ...['true', 'false', 'nil', 'pages:deploy', 'default', 'workflow'],
];

it('no job has a name that GitLab reserves', () => {
  const taken = Object.keys(jobs).filter((name) => reserved.includes(name) && !words.includes(name));
  expect(taken).toEqual([]);
});

it('no artifact with a plan is public', () => {
  const preview = jobs['preview']!['artifacts'] as Job;
  expect(preview).toMatchObject({ public: false, reports: { terraform: 'out/ci/$STACK/summary.json' } });
});

it('scripts call commands and hold no logic', () => {
  const scripts = Object.values(jobs).flatMap((job) => [job['script']].flat() as readonly unknown[]);
  for (const line of scripts.filter((each): each is string => typeof each === 'string')) {
    expect(line).toMatch(
      /^(bin\/release\.js ci |npm (test|run --silent )|npx --no-install (prettier|oxlint) |node node_modules\/typescript-native\/bin\/tsc )/,
    );
    expect(line).not.toMatch(/&&|\|\||;|\bif\b/);
  }
});

it('variables that somebody gives a pipeline do not reach the steps', () => {
  // GitLab documentation, CI/CD YAML syntax reference, trigger:forward.
  expect(jobs['release']!['trigger']).toMatchObject({ forward: { pipeline_variables: false } });
});

it('only the default branch releases, and merge requests have no job with the account that steps', () => {
  expect(jobs['release']!['rules']).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }]);
  const environments = Object.values(jobs).flatMap((job) => {
    const { name } = (job['environment'] ?? {}) as { readonly name?: string };
    return name === undefined ? [] : [name];
  });
  expect(environments).not.toEqual([]);
  expect(environments.filter((name) => !name.startsWith('preview/'))).toEqual([]);
});
