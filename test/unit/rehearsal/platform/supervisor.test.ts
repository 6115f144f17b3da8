import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartDied, Supervisor } from '../../../../rehearsal/platform/supervisor';
import { until } from '../../../support/until';

function supervisor() {
  const deaths: PartDied[] = [];
  return {
    deaths,
    supervisor: new Supervisor(mkdtempSync(join(tmpdir(), 'parts-')), (death) => deaths.push(death)),
  };
}

const script = (code: string) => ({ command: process.execPath, args: ['-e', code] });

test('a part is ready once it says so, and ends when it is told to', async () => {
  const { deaths, supervisor: parts } = supervisor();
  let asked = 0;
  await parts.start({
    name: 'sleeper',
    ...script('setInterval(() => {}, 1000)'),
    ready: () => Promise.resolve(++asked > 2),
  });
  expect(asked).toBe(3);
  expect(parts.status()).toMatchObject([{ name: 'sleeper', state: 'ready' }]);
  await parts.stop();
  await until('it has stopped', () => parts.status()[0]?.state === 'stopped');
  expect(parts.status()).toMatchObject([{ state: 'stopped' }]);
  expect(deaths).toEqual([]);
});

test('a part that dies before it is ready fails with its last lines', async () => {
  const { supervisor: parts } = supervisor();
  const part = {
    name: 'broken',
    ...script('console.error("no such flag"); process.exit(3)'),
    ready: () => Promise.resolve(false),
  };
  const failure = await parts.start(part).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PartDied);
  expect(failure).toMatchObject({ part: 'broken', reason: 'exited with 3', lastLines: ['no such flag'] });
});

test('a part that dies later is reported once', async () => {
  const { deaths, supervisor: parts } = supervisor();
  await parts.start({
    name: 'shortlived',
    ...script('setTimeout(() => { console.log("bye"); process.exit(1) }, 100)'),
  });
  await until('a death', () => deaths.length > 0);
  expect(deaths.map(({ message }) => message)).toEqual([
    'shortlived exited with 1. Its last log lines:\n  | bye',
  ]);
});

test('a command that does not exist is named', async () => {
  const { supervisor: parts } = supervisor();
  const part = {
    name: 'absent',
    command: '/there/is/no/such/tool',
    args: [],
    ready: () => Promise.resolve(false),
  };
  await expect(parts.start(part)).rejects.toThrow(/absent could not be started: .*ENOENT/);
});

test('a part that never gets ready is given up', async () => {
  const { supervisor: parts } = supervisor();
  const part = {
    name: 'stuck',
    ...script('setInterval(() => {}, 1000)'),
    ready: () => Promise.resolve(false),
    readySeconds: 0.2,
  };
  await expect(parts.start(part)).rejects.toThrow(/stuck was not ready after 0.2 s/);
  await parts.stop();
});
