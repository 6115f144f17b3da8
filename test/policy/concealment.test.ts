import { viewOf } from '../unit/policies/cases';
import { marked, MARKER, traces, unmarkedSecret } from '../unit/policies/marked';
import { CaseStack } from './engine';
import { settingsOf } from './settings';

const stack = new CaseStack();
beforeAll(() => stack.init());
afterAll(() => stack.end());

test('a token in twenty places and in a Secret is found in each, and told by the engine in none', async () => {
  const base = { title: 'base' };
  const { code, violations, output } = await stack.preview({
    objects: [...viewOf(base).objects, ...marked, unmarkedSecret],
    settings: settingsOf(base),
  });
  expect(code).not.toBe(0);
  const told = (policy: string) => violations.filter((violation) => violation.policy.startsWith(policy));
  for (const { id } of marked) {
    expect(told('R17').map(({ message }) => message.split(':')[0])).toContain(id);
  }
  expect(told('R18').map(({ message }) => message.split(' is ')[0])).toEqual([
    'Secret/prod/unmarked: data.a',
    'Secret/prod/unmarked: stringData.b',
  ]);
  // Names hold no trace, so whatever is left of one was taken from a value.
  const printed = [output, ...violations.map(({ message }) => message)].join('\n');
  expect(printed).toContain('R17-plaintext-secret');
  expect(printed).not.toMatch(traces);
  expect(printed).not.toContain(Buffer.from(MARKER).toString('base64'));
});
