import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseContext } from '../context';
import type { BareEvent, ReleaseEvent } from '../events';
import { exitCodes, type Outcome } from '../exitCodes';

/** The first line of a journal: which command writes it. */
interface JournalHead {
  readonly kind: 'begin';
  readonly at: string;
  readonly stack: string;
  readonly service: string;
  readonly operation: string;
  readonly by: ReleaseContext['by'];
  readonly pid: number;
}

/** The last line, once the command is over. */
interface JournalEnd {
  readonly kind: 'end';
  readonly at: string;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly summary: string;
}

/** What a command that moves a release has told so far. */
export interface Journal {
  readonly head: JournalHead;
  readonly events: readonly ReleaseEvent[];
  /** Missing while the command runs, and where it was killed. */
  readonly end?: JournalEnd;
}

const FILE = 'events.jsonl';

/** Where reports and journals of a stack are. */
export const releaseFolder = ({
  reportDir,
  projectDir,
  stack,
}: Pick<ReleaseContext, 'reportDir' | 'projectDir' | 'stack'>): string =>
  reportDir ?? join(projectDir, 'out', 'release', stack);

/** A look as the journal keeps it: its newest point, as the others were written before. */
const thin = (event: BareEvent): BareEvent =>
  event.kind === 'look'
    ? {
        ...event,
        step: { ...event.step, state: { ...event.step.state, points: event.step.state.points.slice(-1) } },
      }
    : event;

/**
 * Writes what a command tells into `events.jsonl`, a line each, while it works: others on this machine can follow it there.
 * A journal is for onlookers: where it cannot be written, the release goes on without it.
 */
export class JournalWriter {
  private file: string | undefined;

  constructor(
    private readonly ctx: Pick<ReleaseContext, 'stack' | 'clock' | 'by' | 'projectDir' | 'reportDir'>,
  ) {}

  /** Begins anew; what the last command wrote is over. */
  begin(service: string, operation: string): void {
    const folder = releaseFolder(this.ctx);
    const head: JournalHead = {
      kind: 'begin',
      at: this.now(),
      stack: this.ctx.stack,
      service,
      operation,
      by: this.ctx.by,
      pid: process.pid,
    };
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, FILE), `${JSON.stringify(head)}\n`);
      this.file = join(folder, FILE);
    } catch {
      this.file = undefined;
    }
  }

  hear(event: BareEvent): void {
    this.write({ at: this.now(), stack: this.ctx.stack, ...thin(event) });
  }

  end(outcome: Outcome, summary: string): void {
    const end: JournalEnd = { kind: 'end', at: this.now(), outcome, exitCode: exitCodes[outcome], summary };
    this.write(end);
  }

  private now = (): string => new Date(this.ctx.clock.now()).toISOString();

  private write(line: object): void {
    if (this.file === undefined) return;
    try {
      appendFileSync(this.file, `${JSON.stringify(line)}\n`);
    } catch {
      this.file = undefined;
    }
  }
}

const lineOf = (text: string): { readonly kind?: unknown } | undefined => {
  try {
    return JSON.parse(text) as { readonly kind?: unknown };
  } catch {
    // The last line of a command that was killed, or that is being written.
    return undefined;
  }
};

/** The journal of a stack's last command on this machine; undefined where there is none. */
export function readJournal(
  ctx: Pick<ReleaseContext, 'stack' | 'projectDir' | 'reportDir'>,
): Journal | undefined {
  let text: string;
  try {
    text = readFileSync(join(releaseFolder(ctx), FILE), 'utf8');
  } catch {
    return undefined;
  }
  const [head, ...lines] = text.split('\n').map(lineOf);
  if (head?.kind !== 'begin') return undefined;
  const known = lines.filter((line) => line !== undefined);
  return {
    head: head as unknown as JournalHead,
    events: known.filter(({ kind }) => kind !== 'end') as unknown as readonly ReleaseEvent[],
    end: known.find(({ kind }) => kind === 'end') as unknown as JournalEnd | undefined,
  };
}

/** The phase that a journal is in; undefined where none is under way. */
export function phaseNow({
  events,
}: Pick<Journal, 'events'>):
  { readonly phase: string; readonly detail: string; readonly since: string } | undefined {
  const running = new Map<string, { phase: string; detail: string; since: string }>();
  for (const event of events) {
    if (event.kind !== 'phase') continue;
    const { phase, detail, at } = event;
    if (event.state === 'started') running.set(phase, { phase, detail, since: at });
    else running.delete(phase);
  }
  return [...running.values()].at(-1);
}
