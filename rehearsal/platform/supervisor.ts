import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** One program of the platform: how to start it and how to tell that it works. */
export interface Part {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Resolves to true once the part answers; asked again until it does. Default: started is enough. */
  readonly ready?: () => Promise<boolean>;
  /** Seconds until a part that does not get ready is given up. Default 60. */
  readonly readySeconds?: number;
}

export interface PartStatus {
  readonly name: string;
  readonly state: 'starting' | 'ready' | 'stopped';
  readonly pid: number | undefined;
  readonly seconds: number;
}

/** A part that ended although nobody asked it to, or never got ready. Holds the last lines it wrote. */
export class PartDied extends Error {
  constructor(
    readonly part: string,
    readonly reason: string,
    readonly lastLines: readonly string[],
  ) {
    super([`${part} ${reason}. Its last log lines:`, ...lastLines.map((line) => `  | ${line}`)].join('\n'));
    this.name = 'PartDied';
  }
}

/**
 * The Go programs of a platform live for minutes and have memory to spare: they collect garbage a third as often as by
 * default, which spares a tenth of the API server's processor time.
 */
const GOGC = '300';

interface Running {
  readonly part: Part;
  readonly child: ChildProcess;
  readonly startedAt: number;
  readyAt?: number;
  exited?: string;
}

/** The last lines of a log file, cut to a readable width. */
export function lastLines(file: string, count = 15): string[] {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.slice(-count).map((line) => line.slice(0, 400));
  } catch {
    return [];
  }
}

/** Starts the platform's parts, notices when one dies, and ends them with the platform. */
export class Supervisor {
  private readonly running: Running[] = [];
  private stopping = false;

  constructor(
    private readonly logDir: string,
    /** Called once for every part that ends by itself after it was ready. */
    private readonly onDeath: (death: PartDied) => void,
  ) {}

  status(): PartStatus[] {
    return this.running.map(({ part, child, startedAt, readyAt, exited }) => ({
      name: part.name,
      state: exited !== undefined ? 'stopped' : readyAt === undefined ? 'starting' : 'ready',
      pid: child.pid,
      seconds: ((readyAt ?? Date.now()) - startedAt) / 1000,
    }));
  }

  logFile(name: string): string {
    return join(this.logDir, `${name}.log`);
  }

  /** Starts a part and waits until it is ready. */
  async start(part: Part): Promise<void> {
    const log = openSync(this.logFile(part.name), 'a');
    const child = spawn(part.command, part.args, {
      stdio: ['ignore', log, log],
      env: { GOGC, ...(part.env ?? process.env) },
      cwd: part.cwd,
    });
    closeSync(log);
    const entry: Running = { part, child, startedAt: Date.now() };
    this.running.push(entry);
    child.once('error', (error) => this.ended(entry, `could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      this.ended(entry, signal ? `was ended by ${signal}` : `exited with ${code}`),
    );
    await this.untilReady(entry);
    entry.readyAt = Date.now();
  }

  private async untilReady(entry: Running): Promise<void> {
    const { part } = entry;
    const deadline = Date.now() + (part.readySeconds ?? 60) * 1000;
    for (;;) {
      if (entry.exited !== undefined) throw this.death(part.name, entry.exited);
      if (!part.ready || (await part.ready().catch(() => false))) return;
      if (Date.now() > deadline)
        throw this.death(part.name, `was not ready after ${part.readySeconds ?? 60} s`);
      await sleep(50);
    }
  }

  private ended(entry: Running, how: string): void {
    if (entry.exited !== undefined) return;
    entry.exited = how;
    if (!this.stopping && entry.readyAt !== undefined) this.onDeath(this.death(entry.part.name, how));
  }

  /** Ends one part, and forgets it. What ignores SIGTERM for `graceMs` is killed. */
  async end(name: string): Promise<void> {
    const index = this.running.findIndex(({ part }) => part.name === name);
    const [entry] = index < 0 ? [] : this.running.splice(index, 1);
    if (entry === undefined || entry.exited !== undefined) return;
    // So that its end is not taken for a death.
    entry.readyAt = undefined;
    await endAll([entry]);
  }

  private death(name: string, reason: string): PartDied {
    return new PartDied(name, reason, lastLines(this.logFile(name)));
  }

  /** Ends everything, last started first: no state outlives a rehearsal. */
  async stop(): Promise<void> {
    this.stopping = true;
    await endAll([...this.running].reverse().filter(({ exited }) => exited === undefined));
  }
}

/** How long a part may take to end by itself before it is killed. */
const graceMs = 500;

/** Asks all to end, one after the other and without waiting in between, then kills the ones that ignored it. */
async function endAll(alive: readonly Running[]): Promise<void> {
  const left = () => alive.filter(({ exited }) => exited === undefined);
  for (const { child } of alive) child.kill('SIGTERM');
  const deadline = Date.now() + graceMs;
  while (left().length > 0 && Date.now() < deadline) await sleep(20);
  for (const { child } of left()) child.kill('SIGKILL');
}
