import { setTimeout as sleep } from 'node:timers/promises';
import { endingOf, presenter } from '../../../../release/terminal';
import { goodStep } from '../../../unit/release/terminal/events';

/** Plays a step before whoever looks, a tenth of a second for each event, as if it happened now. */
async function play(): Promise<void> {
  const screen = presenter({}, { out: process.stdout, error: process.stderr, env: process.env });
  process.once('SIGINT', () => {
    screen.say('SIGINT: stopping');
    screen.end({ outcome: 'interrupted', exitCode: 130, summary: 'stopped', remedy: '', next: [] });
    process.exit(130);
  });
  for (const event of goodStep) {
    screen.tell({ ...event, at: new Date().toISOString() });
    await sleep(100);
  }
  if (process.env['STAY'] === '1') await sleep(20_000);
  screen.end(
    endingOf({ outcome: 'done', summary: 'reviews is at 25', next: ['release advance --stack prod'] }),
  );
}

void play();
