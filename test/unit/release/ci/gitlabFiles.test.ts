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
