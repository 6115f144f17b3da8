import type { CommandSpec, OptionSpec } from './tree';

/** The commands of the pipeline's jobs: `release ci <name>`. */
export type CiCommandName = 'ci preview' | 'ci pipeline' | 'ci step' | 'ci rollback' | 'ci unlock';

export const isCiCommand = (name: string): name is CiCommandName => name.startsWith('ci ');

const service: OptionSpec = {
  flags: '--service <name>',
  means: 'whose release, where the stack has several',
};

export const ciSpecs: readonly CommandSpec<CiCommandName>[] = [
  {
    name: 'ci preview',
    summary: 'what a merge would do to a stack: plan.json, summary.json, note.md, preview.json',
    more: 'Previews with the policy pack the step that the config names or, where the release has it, the next one. Changes nothing.',
    options: [
      service,
      { flags: '--to <step>', means: 'the step (default: the one that the merge is about)' },
      { flags: '--out <folder>', means: 'where the files go', required: 'out/ci/prod' },
      { flags: '--only-affected', means: 'pass over a stack that no changed file is part of' },
      { flags: '--note', means: 'write the note on the merge request' },
    ],
    examples: ['release ci preview --stack prod --out out/ci/prod --only-affected'],
    outcomes: ['policy'],
  },
  {
    name: 'ci pipeline',
    summary: 'write the child pipeline: a job for each step that is left, a rollback, an unlock',
    more: 'For the releases of the stacks that the change has an effect on.',
    options: [
      { flags: '--stacks <names>', means: 'the stacks: test,prod', required: 'test,prod' },
      { flags: '--out <file>', means: 'where it goes', required: 'out/ci/steps.yml' },
    ],
    examples: ['release ci pipeline --stacks test,prod --out out/ci/steps.yml'],
    outcomes: [],
  },
  {
    name: 'ci step',
    summary: 'take a step with the plan that was approved, watch it, preview the next one',
    more: 'The preview is made again; a plan that has become another one is refused before anything is done.',
    options: [
      service,
      { flags: '--to <step>', means: 'the step', required: '10' },
      { flags: '--approved <folder>', means: 'the preview that was approved' },
      { flags: '--next <step>', means: 'the step after it' },
      { flags: '--next-out <folder>', means: 'where the preview of that goes' },
    ],
    examples: ['release ci step --stack prod --to 10 --approved out/ci/prod/reviews/10'],
    outcomes: ['rolledBack', 'held', 'locked', 'drift', 'policy'],
  },
  {
    name: 'ci rollback',
    summary: 'stop the step that is under way and take all traffic back',
    more: 'The job that takes the step is cancelled through GitLab and waited for.',
    options: [
      service,
      { flags: '--reason <text>', means: 'kept in the history and the report' },
      { flags: '--wait <duration>', means: 'how long to wait for the step to stop (default: 2m)' },
    ],
    examples: ['release ci rollback --stack prod --reason "checkout fails"'],
    outcomes: ['locked'],
  },
  {
    name: 'ci unlock',
    summary: 'give back the lock of a job that has ended',
    more: 'A lock whose holder is not known to have ended stays.',
    options: [service, { flags: '--after-steps', means: 'all steps of this pipeline have ended' }],
    examples: ['release ci unlock --stack prod'],
    outcomes: [],
  },
];
