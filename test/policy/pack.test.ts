import { examples, viewOf } from '../unit/policies/cases';
import { CaseStack, mandatory } from './engine';
import { forgetBlockList, settingsOf } from './settings';

jest.setTimeout(180_000);

/** These compare with a state, which a first preview does not have; state.test.ts has them. */
const comparing = ['R06', 'R09', 'R35'];

/** One stack for all: a preview leaves nothing in it. */
const stack = new CaseStack();
beforeAll(() => stack.init());
afterEach(forgetBlockList);
afterAll(() => stack.end());

test('the good stack passes', async () => {
  const preview = await stack.preview({
    objects: viewOf({ title: 'base' }).objects,
    settings: settingsOf({ title: 'base' }),
  });
  expect(mandatory(preview)).toEqual([]);
  if (preview.code !== 0) throw new Error(preview.output);
});

test.each(examples.filter(({ policy }) => !comparing.includes(policy.slice(0, 3))))(
  '$policy: a preview of a bad case fails with it and with nothing else',
  async ({ policy, bad }) => {
    const given = bad.find(({ previous, also }) => previous === undefined && also === undefined);
    if (given === undefined) throw new Error(`${policy} has no case that breaks it alone`);
    const preview = await stack.preview({
      objects: viewOf(given).objects,
      settings: settingsOf(given, policy),
    });
    const { output } = preview;
    expect({ output, found: mandatory(preview) }).toEqual({ output, found: [policy] });
    expect(preview.code).not.toBe(0);
  },
);
