import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approvedPlan } from '../../../../release/ci/approved';
import { planDifferences, requireSamePlan } from '../../../../release/ci/plan';

const urn = (name: string) => `urn:pulumi:prod::bookinfo::kubernetes:core/v1:Service::${name}`;
const same = (weight: number) => ({ goal: { inputDiff: { adds: { weight } } }, steps: ['update'] });

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'plan-'))));
afterEach(() => rmSync(dir, { recursive: true }));
const write = (name: string, content: object) => {
  const file = join(dir, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
};

describe('two plans', () => {
  it('are the same whatever their secrets look like and whoever made them', () => {
    const secret = (ciphertext: string) => ({ goal: { value: { ciphertext } }, steps: ['same'] });
    expect(planDifferences({ [urn('a')]: secret('x') }, { [urn('a')]: secret('y') })).toEqual([]);
    const plans = [1, 2].map((time) =>
      write(`${time}.json`, {
        manifest: { time },
        resourcePlans: { [urn('a')]: { ...same(10), seed: `${time}` } },
      }),
    );
    expect(() => requireSamePlan(plans[0]!, plans[1]!)).not.toThrow();
  });

  it('are the same in whatever order dependencies came, and whenever they were made', () => {
    const made = (at: string, dependencies: readonly string[]) => ({
      [urn('a')]: {
        goal: {
          dependencies,
          propertyDependencies: { spec: [...dependencies].reverse() },
          outputDiff: { adds: { since: at } },
          inputDiff: { adds: { args: ['b', 'a'] } },
        },
        steps: ['update'],
      },
    });
    expect(planDifferences(made('12:00', ['x', 'y']), made('12:01', ['y', 'x']))).toEqual([]);
    expect(planDifferences(made('12:00', ['x']), made('12:00', ['z']))).toHaveLength(1);
  });

  it('differ by what is done to a resource, which is named', () => {
    const [one, other] = [
      { [urn('a')]: same(10), [urn('b')]: same(1), [urn('c')]: same(1) },
      { [urn('a')]: same(50), [urn('b')]: same(1), [urn('d')]: same(1) },
    ];
    const names = ['a', 'c', 'd'].map((name) => `kubernetes:core/v1:Service ${name}`);
    expect(planDifferences(one, other)).toEqual(names);
    expect(() =>
      requireSamePlan(write('1', { resourcePlans: one }), write('2', { resourcePlans: other })),
    ).toThrow(`the plan that was shown is not what would be done now: ${names.join(', ')}`);
  });

  it('are not compared where one of them is none', () => {
    const plan = write('plan', { resourcePlans: {} });
    expect(() => requireSamePlan(write('x', { a: 1 }), plan)).toThrow(/no plan of this engine/);
    expect(() => requireSamePlan(join(dir, 'none'), plan)).toThrow(/cannot be read/);
  });
});

describe('the plan that was approved', () => {
  it('is the one that the preview left', async () => {
    const plan = write('plan.json', { resourcePlans: {} });
    write('preview.json', { stack: 'prod' });
    expect(await approvedPlan(dir)).toBe(plan);
  });

  it('is none where policies refused it or nothing was previewed', async () => {
    await expect(approvedPlan(dir)).rejects.toMatchObject({ outcome: 'error' });
    write('plan.json', { resourcePlans: {} });
    write('preview.json', { stack: 'prod', refusal: 'R7 says no' });
    await expect(approvedPlan(dir)).rejects.toMatchObject({ outcome: 'policy', message: 'R7 says no' });
  });
});
