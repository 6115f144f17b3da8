import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { evaluate } from '../evaluate';
import type { Manifest } from '../examples/change';
import { readBase, readExamples, type Example } from '../examples/read';
import { exampleView } from '../examples/view';
import type { Policy } from '../model/policy';
import { UNKNOWN } from '../model/unknown';
import { registry } from '../registry';
import { findingText, undecidedText } from '../report/lines';

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

const asked = ({ scope }: Policy): string => (scope === 'object' ? 'before each object' : 'whole stack');

const row = ({ id, title, severity, enforcement, ...policy }: Policy): string =>
  [
    `[\`${id}\`](#${id.toLowerCase()})`,
    title,
    severity,
    enforcement.production,
    enforcement.test,
    enforcement.rehearsal,
    asked({ id, title, severity, enforcement, ...policy }),
  ]
    .map(cell)
    .join(' | ');

const known = (value: unknown): unknown => (value === UNKNOWN ? '<unknown>' : value);

/** What an example changes in the good stack, and what else it is given. */
function changesOf(example: Example): string {
  const { set, add, remove, previous, releases, settings, environment, ...rest } = example;
  const shown = {
    ...{ set, add, remove, environment, settings, previous, releases },
    ...{ overrides: rest.overrides, ignoreChanges: rest.ignoreChanges, withoutDependsOn: rest.unordered },
    secretFields: rest.secretFields,
  };
  const given = Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) return '';
  const text = stringify(given, (_key, value: unknown) => known(value), {
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return ['```yaml', text.trimEnd(), '```', ''].join('\n');
}

function told(base: readonly Manifest[], policy: Policy, example: Example): string {
  const { findings, undecided } = evaluate(exampleView(base, example), [policy]);
  return ['```text', ...findings.map(findingText), ...undecided.map(undecidedText), '```', ''].join('\n');
}

function section(
  base: readonly Manifest[],
  policy: Policy,
  bad: Example | undefined,
  good: Example | undefined,
): readonly string[] {
  if (bad === undefined || good === undefined) throw new Error(`${policy.id} has no examples`);
  return [
    `### ${policy.id}`,
    '',
    `${policy.title}. ${policy.remedy}`,
    '',
    `Follows: ${policy.document}.`,
    '',
    `Bad: ${bad.title}.`,
    '',
    changesOf(bad),
    told(base, policy, bad),
    `Good: ${good.title}.`,
    '',
    changesOf(good),
  ];
}

/**
 * docs/reference/policies.md: a table of all policies, and a bad and a good example of each. Made from the registry and
 * from the examples that the tests run, so that it cannot say anything else.
 *
 * @param root The folder of Pulumi.yaml.
 */
export function policyReference(root: string): string {
  const base = readBase(root);
  const examples = new Map(readExamples(root).map((entry) => [entry.policy, entry]));
  return [
    '# Policies',
    '',
    '<!-- Made by `node bin/policies.js docs --write` from policies/rules and policies/examples; change those instead. -->',
    '',
    readFileSync(join(root, 'policies', 'reference', 'introduction.md'), 'utf8'),
    '## All of them',
    '',
    'How strict each is where a stack sets nothing, by what the stack is for, and when the engine asks it.',
    '',
    '<!-- prettier-ignore-start -->',
    '| policy | demands | severity | production | test | rehearsal | asked |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...registry.map((policy) => `| ${row(policy)} |`),
    '<!-- prettier-ignore-end -->',
    '',
    '## Each of them',
    '',
    'Examples are changes to [the stack that breaks no policy](../../policies/examples/base.yaml): what is set at which',
    'place (`null` removes it), added or removed; `previous` is the stack before, as changes to the same stack. Under a bad one',
    'stands what the policy says.',
    '',
    '<!-- prettier-ignore-start -->',
    ...registry.flatMap((policy) => {
      const entry = examples.get(policy.id);
      return section(
        base,
        policy,
        entry?.bad[0],
        entry?.good.find(({ set, add }) => set ?? add) ?? entry?.good[0],
      );
    }),
    '<!-- prettier-ignore-end -->',
    '',
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}
