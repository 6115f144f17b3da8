import { output, timed } from '../../../../rehearsal/bench/command';

const { signal } = new AbortController();
const script = (text: string) => [process.execPath, '-e', text] as const;

test('gives what was printed, with the variables that were handed in', async () => {
  const [command, ...args] = script('process.stdout.write(process.env.BENCH_WORD)');
  expect(await output(command, args, { env: { BENCH_WORD: 'here' }, signal })).toBe('here');
});

test('a command that fails is an error with what it said', async () => {
  const [command, ...args] = script('console.error("no such object"); process.exit(3)');
  await expect(output(command, args, { env: {}, signal })).rejects.toThrow(/ended with 3:\nno such object$/);
});

test('what is interrupted ends, with the reason', async () => {
  const controller = new AbortController();
  const [command, ...args] = script('setInterval(() => {}, 1000)');
  const running = output(command, args, { env: {}, signal: controller.signal });
  controller.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow('interrupted');
  await expect(output(command, args, { env: {}, signal: controller.signal })).rejects.toThrow('interrupted');
});

test('several commands are timed as one', async () => {
  const wait = script('setTimeout(() => {}, 60)');
  expect(await timed([wait, wait], { env: {}, signal })).toBeGreaterThan(0.12);
});
