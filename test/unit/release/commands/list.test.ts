import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list } from '../../../../release/commands/list';
import { styleOf, widthOf } from '../../../../release/terminal';
import { stateAt } from './fixture';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'list-'));
  writeFileSync(join(dir, 'Pulumi.yaml'), 'name: bookinfo\nruntime: nodejs\nstackConfigDir: stacks\n');
  mkdirSync(join(dir, 'stacks'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const stack = (name: string, text: string) => writeFileSync(join(dir, 'stacks', `Pulumi.${name}.yaml`), text);

const releasing = (step: string) => `config:
  bookinfo:layers: [application, release]
  bookinfo:namespace: prod
  bookinfo:release: { service: reviews, stable: { version: v1 }, canary: { version: v2 }, steps: [0, 10, 50, 100] }
  bookinfo:step: "${step}"
`;

const canvas = { style: styleOf({ colour: false, unicode: true }), width: 80 };

const listed = () =>
  list({
    cwd: dir,
    env: {},
    signal: new AbortController().signal,
    engineOf: ({ stack: name }) => ({
      state: () =>
        name === 'new'
          ? Promise.reject(new Error(`no stack named '${name}' found\nmore`))
          : Promise.resolve(stateAt(10)),
      tags: () =>
        Promise.resolve<Record<string, string>>(
          name === 'prod'
            ? { 'release:paused:reviews': '{"by":"alice","at":"2026-11-21T12:00:00Z","reason":"sale"}' }
            : {},
        ),
    }),
  });

it('shows every release of the project, and what is worth knowing of it', async () => {
  stack('platform', 'config:\n  bookinfo:layers: [platform]\n');
  stack('prod', releasing('10'));
  stack('test', releasing('50'));
  stack('new', releasing('baseline'));
  stack('wrong', 'config:\n  bookinfo:release: 7\n');
  const { text, data, result } = await listed();
  const lines = text(canvas)
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, '  '));
  expect(lines).toEqual([
    'STACK  SERVICE  VERSIONS  STEP  SINCE',
    'new  reviews  v1 → v2  ?',
    "  state unknown: no stack named 'new' found",
    'prod  reviews  v1 → v2  10  2026-11-21 12:00',
    '  paused by alice: sale',
    'test  reviews  v1 → v2  10 (config: 50)  2026-11-21 12:00',
    '  not judged yet',
    'wrong  -  - → -  ?',
    expect.stringMatching(/^ {2}\S/),
  ]);
  expect(
    text(canvas)
      .split('\n')
      .every((line) => widthOf(line) <= 80),
  ).toBe(true);
  expect(data).toMatchObject({ releases: [{ stack: 'new' }, { stack: 'prod', applied: '10' }, {}, {}] });
  expect(result).toMatchObject({ outcome: 'done', summary: '4 releases in 5 stacks' });
});

it('says so where there is none', async () => {
  stack('platform', 'config:\n  bookinfo:layers: [platform]\n');
  expect((await listed()).text(canvas)).toBe('no stack of this project has a release');
});
