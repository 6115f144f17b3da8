import { expectRefused, judgedAlone } from '../policy/badCase';
import { CaseStack } from '../policy/engine';
import { forgetBlockList } from '../policy/settings';

/** One stack for all: a preview leaves nothing in it. */
const stack = new CaseStack();
beforeAll(() => stack.init());
afterEach(forgetBlockList);
afterAll(() => stack.end());

test.each(judgedAlone)('$policy: a preview of a bad case fails with it and with nothing else', (example) =>
  expectRefused(stack, example),
);
