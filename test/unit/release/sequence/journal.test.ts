import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advance } from '../../../../release/commands/advance';
import { readStatus } from '../../../../release/commands/status';
import { phaseNow, readJournal } from '../../../../release/sequence/journal';
import { World } from './fakes';

let world: World;
beforeEach(() => {
  world = new World().at('0');
});

const file = () => join(world.context().reportDir!, 'events.jsonl');

it('tells what a command did, and how it ended', async () => {
  const result = await advance(world.context(), { ports: world.ports() });
  const journal = readJournal(world.context())!;
  expect(journal.head).toMatchObject({
    kind: 'begin',
    service: 'reviews',
    operation: 'advance',
    pid: process.pid,
  });
  expect(journal.end).toMatchObject({ outcome: 'done', exitCode: 0, summary: result.summary });
  // What it told while it held the lock, in the order in which it told it.
  const told = world.events.map(({ kind }) => kind);
  expect(journal.events.map(({ kind }) => kind)).toEqual(told.slice(told.length - journal.events.length));
  expect(journal.events.filter(({ kind }) => kind === 'look').length).toBeGreaterThan(5);
  expect(phaseNow(journal)).toBeUndefined();
});

it('grows by a line a look, however long the bake is', async () => {
  await advance(world.context(), { ports: world.ports() });
  const looks = readFileSync(file(), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"look"'));
  const points = looks.map(
    (line) => (JSON.parse(line) as { step: { state: { points: unknown[] } } }).step.state.points.length,
  );
  expect(points.every((count) => count === 1)).toBe(true);
});

it('tells how a command ended that failed', async () => {
  world.refuse.up = new Error('no room');
  await expect(advance(world.context(), { ports: world.ports() })).rejects.toThrow('no room');
  expect(readJournal(world.context())!.end).toMatchObject({
    outcome: 'error',
    exitCode: 1,
    summary: 'no room',
  });
});

it('is read while it is written: the phase under way, a line that is not whole yet', async () => {
  let seen: ReturnType<typeof phaseNow>;
  world.onCall = (call) => {
    if (call !== 'up, plan' && !call.startsWith('up')) return;
    appendFileSync(file(), '{"kind":"no');
    seen = phaseNow(readJournal(world.context())!);
    appendFileSync(file(), '\n');
  };
  await advance(world.context(), { ports: world.ports() });
  expect(seen).toMatchObject({ phase: 'up' });
});

it('is what status says of a command that is under way', async () => {
  let seen: Awaited<ReturnType<typeof readStatus>> | undefined;
  const ports = world.ports();
  const { up } = ports.engine;
  const asking: typeof up = async (options) => {
    seen ??= await readStatus(world.context(), { ports });
    return up(options);
  };
  await advance(world.context(), { ports: { ...ports, engine: { ...ports.engine, up: asking } } });
  expect(seen?.run).toMatchObject({ operation: 'advance', phase: 'up' });
  expect((await readStatus(world.context(), { ports })).run).toBeUndefined();
});

it.each([
  ['nothing', undefined],
  ['a file without a head', '{"kind":"phase"}\n'],
  ['no JSON', 'abc\n'],
])('%s is no journal', (_name, text) => {
  if (text !== undefined) {
    const { reportDir } = world.context();
    mkdirSync(reportDir!, { recursive: true });
    appendFileSync(file(), text);
  }
  expect(readJournal(world.context())).toBeUndefined();
});
