import { RunningRehearse, untilNothingIsLeft } from '../support/rehearse';

/** What a rehearsal prints when it comes to each moment. */
const moments = [
  'platform: control plane',
  'the platform layer',
  'first update',
  'traffic through the ingress gateway',
  'step 10',
  'the platform layer once more',
];

test.each([
  ...moments.map((moment) => ({ who: 'the command', moment })),
  ...['the platform layer', 'traffic through the ingress gateway'].map((moment) => ({
    who: 'the host of the platform',
    moment,
  })),
])('SIGKILL to $who at "$moment" leaves no process, namespace, link or rule', async ({ who, moment }) => {
  const command = new RunningRehearse(`killed-${process.pid}`);
  const victim = () => (who === 'the command' ? command.pid : command.host()[0]!.pid);
  try {
    await command.says(moment);
    const left = command.footprint();
    expect(left.family.length).toBeGreaterThan(1);
    process.kill(victim(), 'SIGKILL');
    // Who is not killed itself ends as soon as its platform has: with an error.
    if (who !== 'the command') expect(await command.ended).not.toBe(0);
    await untilNothingIsLeft(left);
  } finally {
    if (command.isRunning) process.kill(command.pid, 'SIGKILL');
  }
});
