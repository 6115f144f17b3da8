import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './validators';

/** A fenced block of a page, or a set-up that only the tests see: a comment that begins with `test`. */
export interface Block {
  /** `docs/how-to/x.md:12`. */
  readonly place: string;
  readonly language: string;
  /** What stands behind the language: `rehearsal`, `stack`. Empty where nothing does. */
  readonly kind: string;
  /** `exits=7` and `elsewhere=cluster`, by name. */
  readonly options: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Pages that others make, and where their blocks are tested. */
export const testedElsewhere: Readonly<Record<string, string>> = {
  'docs/reference/policies.md': 'made of the examples that test/unit/policies runs',
  'docs/reference/release.md': "made of the command's tree; pages.test.ts reads its commands with that tree",
  'docs/reference/pipeline.md': 'test/unit/release/ci and test/pipeline run what it says',
};

/** What a block may need that no test has, by the word behind `elsewhere`. */
export const reasons: Readonly<Record<string, string>> = {
  cluster: 'puts Istio and DataKit onto a cluster of its own, from their makers’ registries',
  cloud: 'needs an account with a cloud',
  manifests: 'needs manifests of your own',
};

function pagesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return pagesIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Every page of the documentation, from the root of the project. */
export const pages: readonly string[] = ['README.md', 'README.zh-CN.md', ...pagesIn('docs')].sort();

const fence = /^(?<indent> *)(?<marks>`{3,})(?<info>[^`\n]*)$|^<!-- test$/;

function readInfo(info: string) {
  const [language = '', ...words] = info.trim().split(/\s+/);
  const options = words.filter((word) => word.includes('=')).map((word) => word.split('=', 2));
  return {
    language,
    kind: words.filter((word) => !word.includes('=')).join(' '),
    options: Object.fromEntries(options) as Record<string, string>,
  };
}

/** @throws Error for a block that does not end */
export function blocksOf(page: string): readonly Block[] {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const found = fence.exec(lines[at]!);
    if (found === null) continue;
    const place = `${page}:${at + 1}`;
    const { indent = '', marks, info = '' } = found.groups ?? {};
    const last = marks === undefined ? '-->' : `${indent}${marks}`;
    const end = lines.indexOf(last, at + 1);
    if (end < 0) throw new Error(`${place}: the block does not end`);
    const text = lines
      .slice(at + 1, end)
      .map((line) => line.slice(indent.length))
      .join('\n');
    blocks.push({ place, text, ...readInfo(marks === undefined ? 'sh rehearsal setup' : info) });
    at = end;
  }
  return blocks;
}

/** The blocks of every page but those that are tested elsewhere, and the translation, whose blocks are the original's. */
export const ownBlocks: readonly Block[] = pages
  .filter((page) => testedElsewhere[page] === undefined && page !== 'README.zh-CN.md')
  .flatMap(blocksOf);

export const pageOf = ({ place }: Block): string => place.slice(0, place.lastIndexOf(':'));

const isShell = ({ language }: Block): boolean => language === 'sh';

/** Whether a block of commands is run on a rehearsal, by test/docs. */
export const needsRehearsal = (block: Block): boolean => isShell(block) && block.kind.startsWith('rehearsal');

/** Whether it needs nothing but Node. */
export const needsNothing = (block: Block): boolean =>
  isShell(block) && block.kind === '' && block.options['elsewhere'] === undefined;
