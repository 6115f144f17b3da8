import { childPipeline, type PipelineRelease } from '../../../../release/ci/childPipeline';

const release: PipelineRelease = {
  stack: 'prod',
  service: 'reviews',
  several: false,
  steps: [0, 50, 100, 'finished'],
  automatic: 1,
  watchedMs: 600_000,
  url: 'http://shop.example.com/productpage',
};

type Job = Readonly<Record<string, unknown>> & {
  readonly script: readonly string[];
  readonly needs?: readonly string[];
};
const jobsOf = (releases: readonly PipelineRelease[]) => {
  const { include: _include, stages, workflow: _workflow, ...jobs } = childPipeline(releases);
  return { stages, jobs: jobs as Readonly<Record<string, Job>> };
};

describe('the pipeline of a release', () => {
  const { stages, jobs } = jobsOf([release]);

  it('has a job and a stage for each step, with a rollback before and an unlock after them', () => {
    expect(stages).toEqual(['rollback', 'preview', 'step 0', 'step 50', 'step 100', 'finish', 'unlock']);
    expect(Object.keys(jobs)).toEqual([
      ...['prod: rollback', 'prod: preview', 'prod: step 0', 'prod: step 50', 'prod: step 100'],
      ...['prod: finish', 'prod: unlock'],
    ]);
  });

  it('gives each step the plan that the job before it has left, and nobody else may read it', () => {
    expect(jobs['prod: preview']).toMatchObject({
      script: ['bin/release.js ci preview --stack prod --service reviews --to 0 --out out/ci/prod/reviews/0'],
      artifacts: { paths: ['out/ci/prod/reviews/0'], public: false },
    });
    expect(jobs['prod: step 0']).toMatchObject({
      needs: ['prod: preview'],
      script: [
        'bin/release.js ci step --stack prod --service reviews --to 0 --approved out/ci/prod/reviews/0 --next 50 --next-out out/ci/prod/reviews/50',
      ],
      artifacts: {
        paths: ['out/ci/prod/reviews/50', 'out/release/prod'],
        reports: { terraform: 'out/ci/prod/reviews/50/summary.json' },
        public: false,
      },
    });
    expect(jobs['prod: step 50']?.needs).toEqual(['prod: step 0']);
    expect(jobs['prod: finish']?.script[0]).toMatch(
      /--to finished --approved out\/ci\/prod\/reviews\/finished$/,
    );
  });

  it('waits for a click from the step on that the merge did not ask for', () => {
    const waits = (name: string) => [jobs[name]?.when, jobs[name]?.allow_failure];
    expect(waits('prod: step 0')).toEqual([undefined, undefined]);
    expect(waits('prod: step 50')).toEqual(['manual', false]);
    expect(waits('prod: finish')).toEqual(['manual', false]);
  });

  it('takes one step at a time, and a rollback at any time', () => {
    for (const step of ['step 0', 'step 50', 'step 100', 'finish']) {
      expect(jobs[`prod: ${step}`]).toMatchObject({
        resource_group: 'release/prod',
        environment: { name: 'prod', url: 'http://shop.example.com/productpage' },
        after_script: ['bin/release.js ci unlock --stack prod --service reviews'],
        timeout: '30 minutes',
      });
    }
    expect(jobs['prod: rollback']).toMatchObject({ needs: [], when: 'manual', allow_failure: true });
    expect(jobs['prod: rollback']).not.toHaveProperty('resource_group');
    expect(jobs['prod: unlock']).toMatchObject({ when: 'always', stage: 'unlock' });
  });

  it('gives previews the account that can change nothing, by the environment', () => {
    expect(jobs['prod: preview']?.environment).toEqual({ name: 'preview/prod', action: 'access' });
  });
});

it('tells several releases of a stack apart, and has the stages of all in their order', () => {
  const { stages, jobs } = jobsOf([
    { ...release, several: true, steps: [50, 100] },
    { ...release, several: true, service: 'ratings', steps: [10, 100] },
  ]);
  expect(stages).toEqual(['rollback', 'preview', 'step 10', 'step 50', 'step 100', 'unlock']);
  expect(Object.keys(jobs)).toEqual(
    expect.arrayContaining(['prod reviews: step 50', 'prod ratings: step 10', 'prod ratings: rollback']),
  );
  expect(jobs['prod ratings: step 10']?.resource_group).toBe('release/prod ratings');
});

it('has one job that says so where nothing is to be released', () => {
  expect(Object.keys(jobsOf([]).jobs)).toEqual(['nothing to release']);
  expect(Object.keys(jobsOf([{ ...release, steps: [] }]).jobs)).toEqual(['nothing to release']);
});

describe('names that would mean something else in a pipeline', () => {
  it.each([
    ['a variable of the project', { stack: 'prod$GITLAB_TOKEN' }],
    ['another command', { stack: 'prod; curl evil.example.com' }],
    ['a command of its own', { service: '$(id)' }],
    ['another folder', { stack: '../../etc' }],
    ['a line of its own', { service: 'reviews\nscript: [id]' }],
    ['an option', { service: '--reason' }],
    ['a variable in the address', { url: 'http://shop.example.com/$KUBECONFIG' }],
    ['an address that runs a script', { url: 'javascript:alert(1)' }],
  ])('are refused: %s', (_what, name) => {
    expect(() => childPipeline([{ ...release, ...name }])).toThrow(/Pipeline: 1 problem/);
  });

  it('are none that the engine takes for a stack', () => {
    expect(() => childPipeline([{ ...release, stack: 'organization/bookinfo/prod-eu.1' }])).not.toThrow();
  });
});
