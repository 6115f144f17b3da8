import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { readStep } from '../../../../components/canary/pure';
import { withStep, writeStep } from '../../../../release/settings';

const root = join(__dirname, '../../../..');

/** A file with everything a careful rewrite would still lose: odd indents, flow maps, comments, quotes, blank lines. */
const file = `# who may change this: see CODEOWNERS
encryptionsalt: v1:abc=
config:
    bookinfo:layers:   [application, release]   # two
    bookinfo:namespace: 'prod'

    bookinfo:release:
        service: reviews
        stable: { version: v1,   image: "registry.example.com/reviews:1.0.0@sha256:${'0'.repeat(64)}" }
        canary: {version: v2}
        steps: [ 0, 10,25, 50, 100 ]
    # baseline, one of the steps, finished
    bookinfo:step: "10"   # asked for by ops
    bookinfo:long: a text that is longer than eighty characters, so that somebody who writes it anew would fold it somewhere
    bookinfo:gates: {bake: 5m}
`;

const linesOf = (text: string) => text.split('\n');

function changedLines(before: string, after: string): readonly [string, string][] {
  const [a, b] = [linesOf(before), linesOf(after)];
  expect(b).toHaveLength(a.length);
  return a.flatMap((line, i): [string, string][] => (line === b[i] ? [] : [[line, b[i]!]]));
}

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

describe('another step in the text of a config file', () => {
  it('changes that line and no other, and in it only the value', () => {
    expect(changedLines(file, withStep(file, 'bookinfo', 'reviews', 25))).toEqual([
      ['    bookinfo:step: "10"   # asked for by ops', '    bookinfo:step: "25"   # asked for by ops'],
    ]);
  });

  it.each<[string, 'baseline' | 'finished' | number, string]>([
    ['"10"', 'finished', '"finished"'],
    ["'10'", 0, "'0'"],
    ['baseline', 0, '"0"'],
    ['baseline', 'finished', 'finished'],
    ['10', 25, '25'],
    ['10', 'baseline', 'baseline'],
    ['"0"', 'baseline', '"baseline"'],
  ])('keeps the manner of %s when it becomes %s', (before, step, after) => {
    const text = `config:\n  bookinfo:step: ${before} # why\n`;
    expect(withStep(text, 'bookinfo', 'reviews', step)).toBe(`config:\n  bookinfo:step: ${after} # why\n`);
  });

  it('sets the step of one service where the file has a map of them', () => {
    const text = 'config:\n  bookinfo:step: { reviews: "10", ratings: 0 } # two\n';
    expect(withStep(text, 'bookinfo', 'ratings', 25)).toBe(
      'config:\n  bookinfo:step: { reviews: "10", ratings: 25 } # two\n',
    );
  });

  it('takes a key without the prefix, as the engine does', () => {
    expect(withStep('config:\n  step: 10\n', 'bookinfo', 'reviews', 25)).toBe('config:\n  step: 25\n');
  });

  it('adds a line after the release where there is none', () => {
    const without = linesOf(file)
      .filter((line) => !line.includes('bookinfo:step'))
      .join('\n');
    const after = linesOf(withStep(without, 'bookinfo', 'reviews', 'baseline'));
    const at = after.findIndex((line) => line.includes('bookinfo:step'));
    expect(after[at]).toBe('    bookinfo:step: baseline');
    expect(after.filter((_, i) => i !== at).join('\n')).toBe(without);
    expect(withStep('config:\n  a:b: 1', 'bookinfo', 'reviews', 0)).toBe(
      'config:\n  a:b: 1\n  bookinfo:step: "0"\n',
    );
  });

  it('keeps line ends of Windows', () => {
    const text = file.replaceAll('\n', '\r\n');
    expect(withStep(text, 'bookinfo', 'reviews', 25)).toBe(text.replace('"10"', '"25"'));
  });

  it.each([
    ['an anchor’s alias', 'a: &s "10"\nconfig:\n  bookinfo:step: *s\n', /plain value/],
    ['a block', 'config:\n  bookinfo:step: >-\n    10\n', /plain value/],
    ['nothing', 'config:\n  bookinfo:step:\n', /plain value/],
    ['no config', 'a: 1\n', /not a map/],
    ['a flow map', 'config: { bookinfo:step: 1 }\n', /not a map with a key on each line/],
    ['no YAML', 'config: [\n', /not YAML/],
    ['a map without the service', 'config:\n  bookinfo:step: { ratings: 0 }\n', /bookinfo:step\.reviews/],
  ])('refuses %s and says what to write', (_, text, why) => {
    const said = refusal(() => withStep(text, 'bookinfo', 'reviews', 25, 'Pulumi.prod.yaml'));
    expect(said).toMatch(why);
    expect(said).toContain('Pulumi.prod.yaml');
    expect(said).toContain('remedy: ');
  });

  it('reads back as the step it was given, whatever stood there', () => {
    const steps = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom('baseline', 'finished'));
    const quotes = fc.constantFrom('', "'", '"');
    fc.assert(
      fc.property(steps, steps, quotes, (before, after, quote) => {
        const text = file.replace('"10"', `${quote}${before}${quote}`);
        const written = withStep(text, 'bookinfo', 'reviews', readStep(after)!);
        const { config } = parse(written) as { config: Record<string, unknown> };
        expect(readStep(config['bookinfo:step'])).toBe(after);
        expect(changedLines(text, written).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each(['prod', 'test', 'rehearsal'])('changes one line of the committed stack %s', async (stack) => {
    const text = await readFile(join(root, 'stacks', `Pulumi.${stack}.yaml`), 'utf8');
    expect(changedLines(text, withStep(text, 'bookinfo', 'reviews', 0))).toEqual([
      ['  bookinfo:step: "baseline"', '  bookinfo:step: "0"'],
    ]);
  });
});

describe('another step in the file', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'step-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('replaces the file whole, with its mode, through a link, and leaves nothing beside it', async () => {
    const real = join(dir, 'Pulumi.prod.yaml');
    const link = join(dir, 'link.yaml');
    await writeFile(real, file);
    await chmod(real, 0o640);
    await symlink(real, link);
    const { before, after } = await writeStep(link, 'bookinfo', 'reviews', 50);
    expect(before).toBe(file);
    expect(await readFile(real, 'utf8')).toBe(after);
    expect(changedLines(before, after)).toHaveLength(1);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await readdir(dir)).sort()).toEqual(['Pulumi.prod.yaml', 'link.yaml']);
  });

  it('does not touch a file that names the step already', async () => {
    const real = join(dir, 'Pulumi.prod.yaml');
    await writeFile(real, file);
    const { ino } = await stat(real);
    const { before, after } = await writeStep(real, 'bookinfo', 'reviews', 10);
    expect(after).toBe(before);
    expect((await stat(real)).ino).toBe(ino);
  });

  it('says which file cannot be read, and what to do', async () => {
    await expect(writeStep(join(dir, 'none.yaml'), 'bookinfo', 'reviews', 0)).rejects.toThrow(
      /cannot read .*none\.yaml: ENOENT; see to/,
    );
  });
});
