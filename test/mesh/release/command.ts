import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../rehearsal/paths';
import type { ReleaseEvent } from '../../../release/events';
import type { ReleaseReport } from '../../../release/report';

/** The last line that `--json` prints. */
export interface Ending {
  readonly kind: 'result';
  readonly outcome: string;
  readonly exitCode: number;
  readonly summary: string;
  readonly remedy: string;
  readonly next: readonly string[];
  readonly report?: ReleaseReport;
}

export interface CommandPlace {
  readonly stack: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Words before the command's own, of a program that runs it in other surroundings. */
  readonly through?: readonly string[];
}

type Listener = (event: ReleaseEvent) => void;

/** The release command in a process of its own, with what it tells as it comes. */
export class ReleaseCommand {
  readonly events: ReleaseEvent[] = [];
  readonly child: ChildProcess;
  /** Its exit status; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  ending: Ending | undefined;
  private text = '';
  private rest = '';
  private readonly listeners: Listener[] = [];

  constructor(words: readonly string[], { stack, configFile, env, through = [] }: CommandPlace) {
    const command = [
      ...[process.execPath, join(projectRoot(), 'bin', 'release.js'), ...words, '--json'],
      ...['--stack', stack, '--config-file', configFile],
    ];
    const [program = '', ...args] = [...through, ...command];
    this.child = spawn(program, args, {
      cwd: projectRoot(),
      env: env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => this.hear(chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', resolve);
    });
  }

  /** Everything that it printed. */
  get output(): string {
    return this.text;
  }

  /** Calls back at every event from now on, in the moment in which it comes. */
  onEvent(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Waits for an event. @throws when the command ends without it, or does not tell it in time */
  async until(found: (event: ReleaseEvent) => boolean, withinMs = 60_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!this.events.some(found)) {
      if (Date.now() > deadline || this.child.exitCode !== null) throw new Error(`not seen: ${this.text}`);
      await sleep(20);
    }
  }

  private hear(chunk: string): void {
    this.text += chunk;
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines.filter(Boolean)) {
      const told = JSON.parse(line) as ReleaseEvent | Ending;
      if (told.kind === 'result') this.ending = told;
      else {
        this.events.push(told);
        for (const listener of this.listeners) listener(told);
      }
    }
  }
}
