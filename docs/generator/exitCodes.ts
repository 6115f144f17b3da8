import { exitCodes, outcomeMeanings, type Outcome } from '../../release';
import { ExitCode } from '../../rehearsal/commands/exit';
import { page, table } from './markdown';

const rehearsalMeanings: Readonly<Record<keyof typeof ExitCode, string>> = {
  done: 'done',
  error: 'an error that is none of the others',
  usage: 'the command line is wrong; nothing was started',
  failedCheck: 'the rehearsal ran to its end, and a measured promise did not hold',
  interrupted: 'stopped by a signal; what was started has ended',
};

/** docs/reference/exit-codes.md. */
export function exitCodesPage(): string {
  return page('Exit codes', 'release/exitCodes.ts and rehearsal/commands/exit.ts', [
    [
      'A pipeline may branch on them: a number never changes its meaning.',
      '',
      '## release',
      '',
      ...table(
        ['code', 'name', 'means'],
        (Object.keys(exitCodes) as Outcome[]).map((name) => [
          String(exitCodes[name]),
          name,
          outcomeMeanings[name],
        ]),
      ),
      '## rehearsal, make rehearse',
      '',
      ...table(
        ['code', 'name', 'means'],
        (Object.keys(ExitCode) as (keyof typeof ExitCode)[]).map((name) => [
          String(ExitCode[name]),
          name,
          rehearsalMeanings[name],
        ]),
      ),
      '## policies',
      '',
      ...table(
        ['code', 'means'],
        [
          ['0', 'no mandatory violation'],
          ['1', 'an error that is none of the others'],
          ['2', 'wrong usage or settings, or nothing to judge'],
          ['7', 'mandatory violations'],
        ],
      ),
      '## render',
      '',
      ...table(
        ['code', 'means'],
        [
          ['0', 'printed'],
          ['1', 'an error that is none of the others'],
          ['2', 'the config or the command line is wrong'],
        ],
      ),
    ],
  ]);
}
