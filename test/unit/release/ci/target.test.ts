import { appliedRelease, type Release, type Step } from '../../../../components/canary/pure';
import { automaticSteps, stepsLeft } from '../../../../release/ci/commands/pipeline';
import { targetStep } from '../../../../release/ci/target';

const release: Release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 50, 100],
};
const next: Release = { ...release, stable: { version: 'v2' }, canary: { version: 'v3' } };
const at = (step: Step | undefined, of = release) => ({
  release: of,
  applied: step === undefined ? undefined : appliedRelease(release, step, '2026-11-21T12:00:00Z'),
});

describe('the step a merge is about', () => {
  it.each([
    // What the config names, where the release has not come to it.
    [at(undefined), 'baseline', 'baseline'],
    [at('baseline'), 0, 0],
    [at(0), 10, 10],
    // The next one, where the file names what is there or lags behind.
    [at('baseline'), 'baseline', 0],
    [at(50), 'baseline', 100],
    [at(100), 100, 'finished'],
    // What stands, where nothing is left.
    [at('finished'), 'finished', 'finished'],
    // The next release begins where the last one has ended.
    [at('finished', next), 'baseline', 0],
  ] as const)('%j with %s in the config: %s', (subject, named, target) => {
    expect(targetStep(subject, named)).toBe(target);
  });

  it('is refused where steps would be skipped', () => {
    expect(() => targetStep(at(0), 50)).toThrow(/reviews stands at 0 and cannot go to 50/);
  });
});

describe('the jobs of a release', () => {
  it('are the steps that are left', () => {
    expect(stepsLeft(at('baseline'))).toEqual([0, 10, 50, 100, 'finished']);
    expect(stepsLeft(at(50))).toEqual([100, 'finished']);
    expect(stepsLeft(at('finished'))).toEqual([]);
    expect(stepsLeft(at('finished', next))).toEqual([0, 10, 50, 100, 'finished']);
  });

  it('have one for the step at which another canary takes the place of the one under way', () => {
    const swapped = at(50, { ...release, canary: { version: 'v3' } });
    expect(stepsLeft(swapped)).toEqual([0, 10, 50, 100, 'finished']);
  });

  it('run by themselves as far as the merged config says', () => {
    const steps = stepsLeft(at(0));
    expect([0, 10, 50, 'baseline'].map((named) => automaticSteps(at(0), named as Step, steps))).toEqual([
      ...[0, 1, 2, 0],
    ]);
  });
});
