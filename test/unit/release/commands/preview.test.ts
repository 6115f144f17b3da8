import { readFile } from 'node:fs/promises';
import { preview, previewListener, previewMarkdown } from '../../../../release/commands/preview';
import type { BareEvent } from '../../../../release/events';
import { ReleaseError } from '../../../../release/exitCodes';
import { styleOf } from '../../../../release/terminal';
import { contextIn, portsOf, project, stateAt } from './fixture';

let place: ReturnType<typeof project>;
beforeEach(() => {
  place = project('10');
});
afterEach(() => place.end());

const canvas = { style: styleOf({ colour: false, unicode: true }), width: 80 };
const resource = (type: string, name: string, op: 'update' | 'same'): BareEvent => ({
  kind: 'resource',
  phase: 'preview',
  urn: `urn:pulumi:prod::bookinfo::${type}::${name}`,
  type,
  name,
  op,
  state: 'done',
});
const told: readonly BareEvent[] = [
  resource('pulumi:pulumi:Stack', 'prod', 'update'),
  resource('bookinfo:canary:CanaryRouting', 'reviews', 'update'),
  resource('kubernetes:networking.istio.io/v1:VirtualService', 'reviews', 'update'),
  resource('kubernetes:apps/v1:Deployment', 'reviews-v1', 'same'),
  { kind: 'diagnostic', severity: 'warning', text: 'using pulumi-language-nodejs from $PATH at /x' },
  { kind: 'diagnostic', severity: 'warning', policy: 'bookinfo/R27', text: 'one replica | <b>only</b>' },
];

/** An engine that tells this, keeps the config it was given, and then does as it is told. */
function engineThat(ending: () => Promise<unknown>) {
  const seen: string[] = [];
  const { context } = contextIn(place);
  const ports = portsOf({
    engine: {
      state: () => Promise.resolve(stateAt(10)),
      preview: async ({ configFile }) => {
        seen.push(await readFile(configFile, 'utf8'));
        await ending();
        return { seconds: 1, startedAt: 0, endedAt: 1_000, changed: [] };
      },
    },
  });
  return { context, ports, seen };
}

describe('preview', () => {
  it('previews the next step on a copy of the config', async () => {
    const { context, ports, seen } = engineThat(() => Promise.resolve());
    const before = await readFile(place.configFile, 'utf8');
    const { result } = await preview(context, { ports });
    expect(result.outcome).toBe('done');
    expect(seen).toEqual([before.replace('"10"', '"50"')]);
    expect(await readFile(place.configFile, 'utf8')).toBe(before);
  });

  it('ends with the policies’ code and shows what they say', async () => {
    const refusal = new ReleaseError('policy', 'policies refuse the step:\n  R01 weights', 'fix it');
    const { context, ports } = engineThat(() => Promise.reject(refusal));
    const { result, text } = await preview(context, { ports, format: 'md' });
    expect(result).toMatchObject({ outcome: 'policy', next: [] });
    expect(text(canvas)).toMatch(/^## Refused by policy: reviews v1 → v2 on prod, step 10 → 50/);
  });

  it('passes on what is no matter of policies', async () => {
    const { context, ports } = engineThat(() => Promise.reject(new Error('no backend')));
    await expect(preview(context, { ports })).rejects.toThrow('no backend');
  });

  it('refuses a step that is not legal, before the engine is asked', async () => {
    const { context, ports, seen } = engineThat(() => Promise.resolve());
    await expect(preview(context, { ports, to: 100 })).rejects.toMatchObject({ exitCode: 2 });
    expect(seen).toEqual([]);
  });
});

it('hears which objects change, and leaves out what only groups them and what the engine says at every run', () => {
  const heard = previewListener();
  told.forEach(heard.hear);
  expect([...heard.changes.values()].map(({ op, name }) => `${op} ${name}`)).toEqual(['update reviews']);
  expect(heard.unchanged.size).toBe(1);
  expect(heard.findings).toEqual([
    { severity: 'warning', policy: 'bookinfo/R27', text: 'one replica | <b>only</b>' },
  ]);
});

describe('a preview as Markdown', () => {
  const shape = {
    stack: 'prod',
    service: 'reviews',
    stable: 'v1',
    canary: 'v2',
    from: '10',
    to: '25',
    unchanged: 7,
    findings: [{ severity: 'warning', policy: 'bookinfo/R27', text: 'one | <b>replica</b>' }],
    changes: [
      { op: 'update', type: 'kubernetes:networking.istio.io/v1:VirtualService', name: 'reviews', urn: 'urn' },
    ],
  } as const;

  it('tells the objects and the findings, and lets no text be more than text', () => {
    const lines = previewMarkdown(shape).split('\n');
    expect(lines).toEqual([
      '## Preview: reviews v1 → v2 on prod, step 10 → 25',
      '',
      '1 object changes, 7 stay as they are.',
      '',
      '| | Kind | Name |',
      '| --- | --- | --- |',
      '| update | VirtualService | reviews |',
      '',
      '### Findings',
      '',
      '- **warning** bookinfo/R27: one \\| &lt;b&gt;replica&lt;/b&gt;',
      '',
    ]);
  });

  it('says so when there is nothing', () => {
    const text = previewMarkdown({ ...shape, changes: [], findings: [] });
    expect(text).toContain('No object changes; 7 stay as they are.');
    expect(text).toContain('No policy has anything to say.');
  });
});
