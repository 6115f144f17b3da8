import { changedObjects, examples, viewOf, type Case } from '../unit/policies/cases';
import { CaseStack, mandatory } from './engine';
import { settingsOf } from './settings';
import { inNinetyDays } from '../support/days';

const stack = new CaseStack();
beforeAll(() => stack.init());
afterAll(() => stack.end());

/** The weight of a route comes from what the engine gives only in the update itself. */
const given: Case = examples.find(({ policy }) => policy.startsWith('R01'))!.unknown[0]!;
const told = "can't run policy 'R01-weight-sum' on VirtualService/prod/reviews: spec.http[1].route[0].weight";

/** As the program writes them; a view's manifests throw where they are not known. */
const written = changedObjects(given);
const objects = viewOf(given).objects.map((object, index) => ({ ...object, manifest: written[index]! }));

const preview = async ({ ci = false, exceptions = [] as readonly object[] }) => {
  const operation = await stack.preview({
    ci,
    objects,
    settings: { ...settingsOf(given), exceptions },
  });
  return { ...operation, found: mandatory(operation) };
};

test('in a pipeline, what a preview cannot know stops it, unless the object is an exception', async () => {
  const refused = await preview({ ci: true });
  expect(refused.output).toContain(told);
  expect(refused.found).toContain('R01-weight-sum');
  expect(refused.code).not.toBe(0);
  // Every policy that reads the weight says so for itself, and each has to be allowed by itself.
  const strict = refused.violations.filter(({ enforcement }) => enforcement === 'mandatory');
  for (const { message } of strict)
    expect(message).toMatch(/^can't run policy '.*' on VirtualService\/prod\/reviews/);
  const object = 'VirtualService/prod/reviews';
  const exceptions = refused.found.map((policy) => ({
    ...{ policy, object, reason: 'the weight is set by a tool', until: inNinetyDays() },
  }));
  const allowed = await preview({ ci: true, exceptions });
  expect(allowed.output).not.toContain(told);
  expect({ output: allowed.output, found: allowed.found, code: allowed.code }).toEqual({
    ...{ output: allowed.output, found: [], code: 0 },
  });
});

test('elsewhere it is told', async () => {
  const { code, found, output } = await preview({});
  expect(output).toContain(told);
  expect({ found, code }).toEqual({ found: [], code: 0 });
});
