import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { importsBetween, reachedFrom, type Edge } from './imports';
import { table } from './markdown';

export const ARCHITECTURE = 'docs/explanation/architecture.md';

const rulesSchema = z.object({
  forbidden: z.array(z.object({ name: z.string(), comment: z.string() })),
});

const isModel = (file: string): boolean => /^components\/(validation\/|[^/]+\/pure\.ts$)/.test(file);

/** The folder of a file. Components are two: their models, which policies and commands may import, and their resources. */
function roomsOf(root: string): (file: string) => string {
  const models = reachedFrom(root, 'components', isModel);
  return (name) => {
    const [room = ''] = name.split('/');
    if (room === 'docs') return 'docs/generator';
    if (room !== 'components') return room;
    const isOne = [name, `${name}.ts`, `${name}/index.ts`].some((file) => models.has(file));
    return isOne ? 'models' : 'resources';
  };
}

const componentOf = (file: string): string | undefined => {
  const [room, part] = file.split('/');
  return room === 'components' && part !== 'validation' ? part : undefined;
};

const titles: Readonly<Record<string, string>> = {
  models: 'components: models',
  resources: 'components: resources',
};

const idOf = (name: string): string => name.replace(/\W/g, '_');

function drawing(imports: readonly Edge[], starts: readonly Edge[] = []): readonly string[] {
  const names = [...new Set([...imports, ...starts].flatMap(({ from, to }) => [from, to]))].sort();
  return [
    '```mermaid',
    'flowchart TD',
    ...names.map((name) => `  ${idOf(name)}["${titles[name] ?? name}"]`),
    ...imports.map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`),
    ...starts.map(({ from, to }) => `  ${idOf(from)} -.->|starts| ${idOf(to)}`),
    '```',
    '',
  ];
}

/** Parts of the page that are made from the tree, by the name of the comment before and after each. */
function parts(root: string): Readonly<Record<string, readonly string[]>> {
  const rooms = importsBetween(root, roomsOf(root));
  const config: unknown = createRequire(join(root, 'package.json'))('./.dependency-cruiser.cjs');
  return {
    rooms: drawing(rooms.imports, rooms.starts),
    components: drawing(importsBetween(root, componentOf).imports),
    rules: table(
      ['rule', 'what it is for'],
      rulesSchema.parse(config).forbidden.map(({ name, comment }) => [`\`${name}\``, comment]),
    ),
  };
}

/**
 * The page about the folders, with its drawings and its table of rules made anew; what people wrote around them stays.
 * @throws Error where the page has no place for one of them
 */
export function architecturePage(root: string): string {
  const page = readFileSync(join(root, ARCHITECTURE), 'utf8');
  return Object.entries(parts(root)).reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name}: made by npm run docs -->\n`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${ARCHITECTURE} has no place for ${name}`);
    const made = ['', '<!-- prettier-ignore-start -->', ...lines, '<!-- prettier-ignore-end -->', ''].join(
      '\n',
    );
    return `${text.slice(0, from + begin.length)}${made}\n${text.slice(to)}`;
  }, page);
}
