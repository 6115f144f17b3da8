import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { parseApplication } from '../../../components/application/pure';
import { isMap } from '../../../components/validation';
import { readNamedSettings } from '../../../policies/settings/read';
import { buildProgram } from '../../../release/commandLine/tree';
import { registry } from '../../../policies/registry';
import {
  blocksOf,
  needsNothing,
  needsRehearsal,
  ownBlocks,
  pageOf,
  pages,
  reasons,
  testedElsewhere,
  type Block,
} from '../../unit/docs/pages';
import { ProjectCopy } from '../../unit/docs/project';
import { runBlocks } from '../../unit/docs/shell';
import { ROOT, schemaErrors, validatorProblems } from '../../unit/docs/validators';

const text = (page: string) => readFileSync(join(ROOT, page), 'utf8');
const ofLanguage = (language: string, kind?: string) =>
  ownBlocks.filter((block) => block.language === language && (kind === undefined || block.kind === kind));

describe('no block goes by unseen', () => {
  it('each is of a language and a kind that is run, validated, or told apart', () => {
    const known = (block: Block) =>
      ['text', 'mermaid'].includes(block.language) ||
      needsNothing(block) ||
      needsRehearsal(block) ||
      (block.language === 'sh' && (block.kind === 'dry-run' || block.options['elsewhere'] !== undefined)) ||
      (block.language === 'yaml' && ['stack', 'stack-keys', 'application', 'policies'].includes(block.kind));
    expect(ownBlocks.filter((block) => !known(block)).map(({ place }) => place)).toEqual([]);
    expect(ownBlocks.length).toBeGreaterThan(30);
  });

  it('those that no test can run are few, and each says what it needs', () => {
    const elsewhere = ownBlocks.filter(({ options }) => options['elsewhere'] !== undefined);
    for (const { options } of elsewhere) expect(Object.keys(reasons)).toContain(options['elsewhere']);
    expect(elsewhere.length).toBeLessThanOrEqual(8);
    // Of all commands on the pages they are less than a quarter.
    expect(elsewhere.length * 4).toBeLessThan(ofLanguage('sh').length);
  });

  it('a page that is tested elsewhere is one that others make', () => {
    for (const page of Object.keys(testedElsewhere)) expect(page).toMatch(/^docs\/reference\//);
  });
});

describe('commands', () => {
  let copy: ProjectCopy;
  beforeAll(() => {
    copy = new ProjectCopy();
  });
  afterAll(() => copy.remove());

  const withCommands = [...new Set(ownBlocks.filter(needsNothing).map(pageOf))];

  it.each(withCommands)('of %s that need nothing but Node do what they say', async (page) => {
    const run = await runBlocks(
      ownBlocks.filter((block) => needsNothing(block) && pageOf(block) === page),
      copy.root,
      { ...process.env, NO_COLOR: '1' },
    );
    expect(`${run.block} ${run.code}\n${run.code === 0 ? '' : run.output}`).toMatch(/ 0\n$/);
  });

  it.each(ofLanguage('sh', 'dry-run'))('$place names targets that there are', ({ text: lines }) => {
    for (const line of lines.split('\n')) {
      const [, target = ''] = /^make (\w+)/.exec(line) ?? [];
      expect(target).not.toBe('');
      expect(() => execFileSync('make', ['-n', target], { cwd: ROOT, stdio: 'pipe' })).not.toThrow();
    }
  });

  it.each(
    ownBlocks.filter(({ language, options }) => language === 'sh' && options['elsewhere'] !== undefined),
  )('$place is at least a script', ({ text: script }) => {
    expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
  });

  it('of docs/reference/release.md are those of the command', async () => {
    const examples = blocksOf('docs/reference/release.md')
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text: lines }) => lines.split('\n'));
    expect(examples.length).toBeGreaterThan(10);
    for (const example of examples) {
      const ran: unknown[] = [];
      const program = buildProgram((...args: unknown[]) => {
        ran.push(args);
        return Promise.resolve();
      }).exitOverride();
      const words = (example.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
      await program.parseAsync(words.slice(1), { from: 'user' });
      // The third argument is what the command line has and the command does not know.
      expect(ran).toEqual([[expect.any(String), expect.any(Object), []]]);
    }
  });
});

/** Keys of a stack, beside those without which there is none. */
function stackOf(keys: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (keys['bookinfo:layers'] !== undefined) return { ...keys };
  const prod = parse(text('stacks/Pulumi.prod.yaml')) as { readonly config: Record<string, unknown> };
  return { ...prod.config, ...keys };
}

/** DataKit's token is nowhere on a page; a stack that needs one has it set before its first update. */
const withToken = (config: Record<string, unknown>) =>
  config['bookinfo:datakit'] === undefined
    ? config
    : { 'bookinfo:datakitToken': { secure: 'v1:AAAA' }, ...config };

describe('configs', () => {
  it.each(ofLanguage('yaml', 'stack'))('$place is a stack that is accepted', ({ text: yaml }) => {
    const content = parse(yaml) as { readonly config: Record<string, unknown> };
    expect(schemaErrors('stack', content)).toEqual([]);
    expect(validatorProblems(withToken(content.config))).toEqual([]);
  });

  it.each(ofLanguage('yaml', 'stack-keys'))('$place are keys that a stack may have', ({ text: yaml }) => {
    const keys: unknown = parse(yaml);
    expect(isMap(keys)).toBe(true);
    const config = stackOf(keys as Record<string, unknown>);
    expect(schemaErrors('stack', { config })).toEqual([]);
    expect(validatorProblems(withToken(config))).toEqual([]);
  });

  it.each(ofLanguage('yaml', 'application'))('$place is a table that is read', ({ text: yaml, place }) => {
    const table: unknown = parse(yaml);
    expect(schemaErrors('application', table)).toEqual([]);
    // Manifests that a table names are found relative to its file.
    expect(parseApplication(table, place, { folder: join(__dirname, 'manifests') })).toMatchObject({
      ok: true,
    });
  });

  it.each(ofLanguage('yaml', 'policies'))('$place are settings that policies take', ({ text: yaml }) => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-policies-'));
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, yaml);
    try {
      expect(() => readNamedSettings(file, 'the page')).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('what pages say of each other and of the code', () => {
  it.each(pages)('%s links to what there is', (page) => {
    const plain = text(page).replace(/^( *)```[\s\S]*?^\1```$/gm, '');
    const links = [...plain.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, to]) => to!)
      .filter((to) => !/^https?:/.test(to));
    const broken = links.filter((to) => {
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      if (anchor === undefined || !file.endsWith('.md')) return false;
      const headings = [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading!
          .toLowerCase()
          .replace(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      );
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('the index names every page', () => {
    const index = text('docs/README.md');
    const missing = pages
      .filter(
        (page) =>
          page.startsWith('docs/') && page !== 'docs/README.md' && !page.startsWith('docs/decisions/'),
      )
      .filter((page) => !index.includes(`(${page.slice('docs/'.length)})`));
    expect(missing).toEqual([]);
  });

  it('the Chinese README has the blocks of the English one', () => {
    const shown = (page: string) =>
      blocksOf(page)
        .filter(({ kind }) => kind !== 'rehearsal setup')
        .map(({ language, kind, text: content }) => ({ language, kind, content }));
    expect(shown('README.zh-CN.md')).toEqual(shown('README.md'));
  });

  it('the number of policies is theirs', () => {
    expect(text('README.md')).toContain(`${registry.length} policies refuse`);
    expect(text('README.zh-CN.md')).toContain(`${registry.length} 条策略`);
  });
});
