import { stepName, type Step } from '../../components/canary/pure';
import { ProblemsError } from '../../components/validation';

/** A release as a pipeline takes it. */
export interface PipelineRelease {
  readonly stack: string;
  readonly service: string;
  /** Whether the stack has several releases; jobs are then named by service too. */
  readonly several: boolean;
  /** The steps that are left, in their order. */
  readonly steps: readonly Step[];
  /** How many of them run by themselves: those that the merged config names. */
  readonly automatic: number;
  /** Longest time that a step is watched, milliseconds. */
  readonly watchedMs: number;
  readonly url?: string;
}

type Yaml = Readonly<Record<string, unknown>>;

/** Stages beside those of the steps. */
const [ROLLBACK, PREVIEW, UNLOCK] = ['rollback', 'preview', 'unlock'];

/** What a step takes beside being watched: engine, pods, proxies, a rollback. */
const SLACK_MINUTES = 20;

const stageOf = (step: Step): string => (step === 'finished' ? 'finish' : `step ${stepName(step)}`);

/** Words of a shell; names of stacks and services need no quoting, but nothing here depends on that. */
const command = (...words: readonly string[]): string =>
  ['bin/release.js', 'ci', ...words]
    .map((word) => (/^[\w./=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');

function jobsOf(release: PipelineRelease): Yaml {
  const { stack, service, several, steps, automatic, watchedMs, url } = release;
  const label = several ? `${stack} ${service}` : stack;
  const which = ['--stack', stack, '--service', service];
  const folder = (step: Step) => `out/ci/${stack}/${service}/${stepName(step)}`;
  const name = (step: Step) => `${label}: ${stageOf(step)}`;
  const onStack = { environment: { name: stack, ...(url === undefined ? {} : { url }) } };
  const left = (step: Step, more: readonly string[] = []) => ({
    paths: [folder(step), ...more],
    reports: { terraform: `${folder(step)}/summary.json` },
    public: false,
    when: 'always',
    expire_in: '30 days',
  });
  const first = steps[0];
  const takes = steps.map((step, index) => {
    const next = steps[index + 1];
    const reports = [`out/release/${stack}`];
    return [
      name(step),
      {
        ...onStack,
        extends: '.release',
        stage: stageOf(step),
        // The plan of this step was left by the job before it: what it showed is what is done.
        needs: [index === 0 ? `${label}: preview` : name(steps[index - 1]!)],
        resource_group: `release/${label}`,
        timeout: `${Math.ceil(watchedMs / 60_000) + SLACK_MINUTES} minutes`,
        // A step that waits for a click holds the ones after it back.
        ...(index < automatic ? {} : { when: 'manual', allow_failure: false }),
        script: [
          command(
            ...['step', ...which, '--to', stepName(step), '--approved', folder(step)],
            ...(next === undefined ? [] : ['--next', stepName(next), '--next-out', folder(next)]),
          ),
        ],
        after_script: [command('unlock', ...which)],
        artifacts:
          next === undefined
            ? { paths: reports, public: false, when: 'always', expire_in: '30 days' }
            : left(next, reports),
      },
    ] as const;
  });
  if (first === undefined) return {};
  return {
    [`${label}: rollback`]: {
      ...onStack,
      extends: '.release',
      stage: ROLLBACK,
      // From the first moment on, and in no queue: it stops the step that is under way.
      needs: [],
      when: 'manual',
      allow_failure: true,
      script: [command('rollback', ...which)],
      after_script: [command('unlock', ...which)],
      artifacts: { paths: [`out/release/${stack}`], public: false, when: 'always', expire_in: '30 days' },
    },
    [`${label}: preview`]: {
      environment: { name: `preview/${stack}`, action: 'access' },
      extends: '.preview',
      stage: PREVIEW,
      script: [command('preview', ...which, '--to', stepName(first), '--out', folder(first))],
      artifacts: left(first),
    },
    ...Object.fromEntries(takes),
    [`${label}: unlock`]: {
      ...onStack,
      extends: '.release',
      stage: UNLOCK,
      when: 'always',
      script: [command('unlock', ...which, '--after-steps')],
    },
  };
}

/**
 * Names become jobs, environments, folders and words of a shell, and GitLab replaces `$NAME` in most of these by a variable's
 * value: only names that are the same everywhere go in.
 *
 * Source: GitLab documentation, Where variables can be used.
 */
function refuseHostileNames(releases: readonly PipelineRelease[]): void {
  const problems = releases.flatMap(({ stack, service, url = '' }) => [
    ...[
      ['stack', stack],
      ['service', service],
    ].flatMap(([path, name]) =>
      /^[A-Za-z0-9][\w.-]{0,99}(\/[A-Za-z0-9][\w.-]{0,99}){0,2}$/.test(name!)
        ? []
        : [
            {
              path: path!,
              problem: `is ${JSON.stringify(name)}, which no job can be named by`,
              remedy: 'use letters, digits, dots and dashes',
            },
          ],
    ),
    ...(/^(https?:\/\/[\w.:[\]-]{1,255}(\/[\w./~%@:+,;=-]{0,1000})?)?$/.test(url)
      ? []
      : [
          {
            path: 'hosts',
            problem: `gives the address ${JSON.stringify(url)}`,
            remedy: 'write a plain host name',
          },
        ]),
  ]);
  if (problems.length > 0) throw new ProblemsError('Pipeline', problems);
}

/** A pipeline has to have a job; this one says that there is nothing to do. */
const nothing = {
  extends: '.job',
  stage: PREVIEW,
  script: ['echo "No release of an affected stack has a step left."'],
};

/**
 * The child pipeline that takes releases: one job a step, each with the plan that the job before it has shown; beside them
 * a rollback that can be started at any moment and an unlock that runs whatever happens.
 * @param templates The file with the jobs' common part, from the root of the repository.
 */
export function childPipeline(releases: readonly PipelineRelease[], templates = '/.gitlab/jobs.yml'): Yaml {
  refuseHostileNames(releases);
  const stages = [...new Set(releases.flatMap(({ steps }) => steps))];
  const jobs = Object.assign({}, ...releases.map(jobsOf)) as Yaml;
  return {
    include: [{ local: templates }],
    stages: [ROLLBACK, PREVIEW, ...inOrder(stages).map(stageOf), UNLOCK],
    workflow: { rules: [{ when: 'always' }] },
    ...(Object.keys(jobs).length === 0 ? { 'nothing to release': nothing } : jobs),
  };
}

/** Steps of several releases in one order: baseline, weights, finished. */
function inOrder(steps: readonly Step[]): readonly Step[] {
  const place = (step: Step) => (step === 'baseline' ? -1 : step === 'finished' ? 101 : step);
  return [...steps].sort((a, b) => place(a) - place(b));
}
