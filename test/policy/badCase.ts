import { registry } from '../../policies/registry';
import { examples, viewOf } from '../unit/policies/cases';
import { mandatory, type CaseStack } from './engine';
import { settingsOf } from './settings';

type Example = (typeof examples)[number];

/** These compare with a state, which a first preview does not have; state.test.ts has them. */
const comparing = ['R06', 'R09', 'R35'];

/** Those that a first preview breaks. */
export const judgedAlone: readonly Example[] = examples.filter(
  ({ policy }) => !comparing.includes(policy.slice(0, 3)),
);

/** How the engine asks for it: an object at a time or all at once, and whether it may be undecided. */
function kindOf({ policy, undecides }: Example): string {
  const found = registry.find(({ id }) => id === policy);
  if (found === undefined) throw new Error(`there is no policy ${policy}`);
  return [found.scope, found.enforcement.production, undecides === true].join(' ');
}

/** One of each kind: the pack judges all of a kind in the same way. */
export const oneOfEachKind: readonly Example[] = [
  ...new Map(judgedAlone.map((example) => [kindOf(example), example])).values(),
];

/** A preview of a case that breaks a policy alone fails with it and with nothing else. */
export async function expectRefused(stack: CaseStack, { policy, bad, undecides }: Example) {
  const given = bad.find(({ previous, also }) => previous === undefined && also === undefined);
  if (given === undefined) throw new Error(`${policy} has no case that breaks it alone`);
  const preview = await stack.preview({
    // What nobody can judge stops a preview in a pipeline alone.
    ci: undecides === true,
    objects: viewOf(given).objects,
    settings: settingsOf(given, policy),
  });
  const { output } = preview;
  expect({ output, found: mandatory(preview) }).toEqual({ output, found: [policy] });
  expect(preview.code).not.toBe(0);
}
