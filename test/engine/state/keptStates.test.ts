import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { engineArgs, type Surroundings } from '../../../rehearsal/scenario/project-engine';
import { sharedRehearsal } from '../../support/rehearsal';
import { keptStates, KeptStack, nameOf, type KeptState } from './keptStates';

/**
 * The states were written by an earlier version (test/engine/state/README.md). A preview that is not empty would ask every user
 * for an update that changes or replaces objects when they upgrade.
 */
let surroundings: Surroundings;
let folder: string;

beforeAll(async () => {
  const { platform, toolchain } = await sharedRehearsal();
  surroundings = engineArgs(platform, toolchain);
  folder = mkdtempSync(join(platform.paths.dir, 'kept-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(state: KeptState): Promise<KeptStack> {
  const kept = new KeptStack(state.stack, surroundings, mkdtempSync(join(folder, `${nameOf(state)}-`)));
  await kept.init();
  await kept.import(state);
  if (state.step !== undefined) kept.engine.configure({ 'bookinfo:step': state.step });
  return kept;
}

test.each(keptStates.map((state) => [nameOf(state), state] as const))(
  'a state of an earlier version has nothing to change: %s',
  async (_name, state) => {
    const { engine } = await opened(state);
    const { changed, output } = await engine.preview();
    expect(changed).toEqual([]);
    expect(output).toMatch(/\d+ unchanged/);
    expect(output).not.toMatch(/\d+ to (create|update|replace|delete)/);
  },
);

test('what does change is seen', async () => {
  const { engine } = await opened({ stack: 'plain', step: '10' });
  engine.configure({ 'bookinfo:replicas': { details: 2 } });
  const { changed } = await engine.preview();
  expect(changed.map((urn) => urn.split('::').at(-1))).toEqual(['details-v1']);
});
