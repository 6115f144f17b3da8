import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyReference } from '../../../policies/reference/reference';
import { registry } from '../../../policies/registry';
import { ROOT } from './cases';

const committed = readFileSync(join(ROOT, 'docs', 'reference', 'policies.md'), 'utf8');

test('the reference says what the registry and the examples say', () => {
  // Otherwise: node bin/policies.js docs --write
  expect(committed).toBe(policyReference(ROOT));
});

test.each(registry)('$id stands in it with a bad and a good example', ({ id, title, remedy, document }) => {
  const [, section = ''] = committed.split(`\n### ${id}\n`);
  const own = section.split('\n### ')[0]!;
  for (const part of [title, remedy, document, '\nBad: ', '\nGood: ', '```text', 'remedy: ']) {
    expect(own).toContain(part);
  }
  expect(committed).toContain(`| [\`${id}\`](#${id.toLowerCase()}) |`);
});
