import { registry } from './registry';

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** docs/reference/policies.md: one row a policy. Made from the registry, so that it cannot say anything else. */
export function policyReference(): string {
  const rows = registry.map(({ id, title, severity, enforcement, scope, remedy, document }) =>
    [
      `\`${id}\``,
      title,
      severity,
      enforcement.production,
      enforcement.test,
      enforcement.rehearsal,
      scope === 'object' ? 'before each object' : 'whole stack',
      remedy,
      document,
    ]
      .map(cell)
      .join(' | '),
  );
  return [
    '# Policies',
    '',
    '<!-- Made by `node bin/policies.js docs --write`; change policies/rules instead. -->',
    '',
    'What each demands, how strict it is where a stack sets nothing, when it is asked in an update, and what it follows.',
    'Policies of whole stacks are asked after the objects were changed when `pulumi up` runs without a preview: preview first.',
    'A value that a preview cannot know makes a policy say that it cannot run, never that all is well: where `CI` is set this stops the preview.',
    'R06, R08, R09 and R35 compare with the last state, which the pack reads with `pulumi stack export` while the preview runs;',
    'on the command line it is given with `--previous`. Before the first update and after an import into a new stack there is nothing',
    'to compare with and they find nothing; a state that cannot be read makes them say that they cannot run.',
    'A finding about something a stack has to ask for first (`require` in its settings) is advisory until it does.',
    '',
    '<!-- prettier-ignore-start -->',
    '| id | demands | severity | production | test | rehearsal | asked | remedy | follows |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
