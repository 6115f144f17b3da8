import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examples, ROOT, viewOf } from '../unit/policies/cases';
import { expectRefused, oneOfEachKind } from './badCase';
import { CaseStack, mandatory } from './engine';
import { forgetBlockList, settingsOf } from './settings';

/** One stack for all: a preview leaves nothing in it. */
const stack = new CaseStack();
beforeAll(() => stack.init());
afterEach(forgetBlockList);
afterAll(() => stack.end());

test('the good stack passes', async () => {
  const preview = await stack.preview({
    objects: viewOf({ title: 'base' }).objects,
    settings: settingsOf({ title: 'base' }),
  });
  expect(mandatory(preview)).toEqual([]);
  if (preview.code !== 0) throw new Error(preview.output);
});

test('the folder is a pack as well, by the runner of the SDK that newer language hosts start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  const packFile = join(folder, 'run');
  const runner = join(ROOT, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');
  writeFileSync(packFile, `#!/bin/sh\ncd '${join(ROOT, 'policies')}' && exec node '${runner}' "$1" .\n`, {
    mode: 0o755,
  });
  try {
    const { policy, bad } = examples[0]!;
    const { objects } = viewOf(bad[0]!);
    const preview = await stack.preview({ objects, settings: settingsOf(bad[0]!, policy), packFile });
    expect({ output: preview.output, found: mandatory(preview) }).toEqual({
      ...{ output: preview.output, found: [policy] },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

// The soak has all of them.
test.each(oneOfEachKind)('$policy: a preview of a bad case fails with it and with nothing else', (example) =>
  expectRefused(stack, example),
);
