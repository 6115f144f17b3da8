import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../rehearsal/paths';
import { isRunning, processes, processesWith, type RunningProcess, withDescendants } from './processes';
import { until } from './until';

/** Where a link of a process in /proc leads to; empty for one that has ended. */
function linkOf(pid: number, link: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return '';
  }
}

const networkOf = (pid: number): string => linkOf(pid, 'ns/net');

/** A `rehearse` in a process group of its own, all of which a terminal would tell. */
export class RunningRehearse {
  readonly state: string;
  readonly pid: number;
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  private readonly log: string;
  private readonly hasEnded: () => boolean;

  constructor(readonly name: string) {
    this.state = join('.rehearsal', name);
    this.log = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'log');
    const output = openSync(this.log, 'w');
    const command = spawn(
      process.execPath,
      [join(projectRoot(), 'bin', 'rehearsal.js'), 'rehearse', '--name', name],
      { stdio: ['ignore', output, output], detached: true },
    );
    closeSync(output);
    this.pid = command.pid!;
    this.ended = new Promise((resolve) => command.once('exit', (code) => resolve(code)));
    this.hasEnded = () => command.exitCode !== null || command.signalCode !== null;
  }

  get isRunning(): boolean {
    return !this.hasEnded();
  }

  /** Everything that it printed. */
  get output(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** Waits until it has printed this, which may be minutes. @throws Error with its last lines where it ends before */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (!this.isRunning) throw new Error(`it ended: ${this.output.slice(-2000)}`);
      await sleep(50);
    }
  }

  /**
   * Waits for processes of it, and gives them with all that they have started.
   * @throws Error with its last lines where it ends before
   */
  async has(which: () => readonly RunningProcess[]): Promise<readonly number[]> {
    let seen: readonly RunningProcess[] = [];
    await until('it has what is waited for', () => this.hasEnded() || (seen = which()).length > 0);
    if (seen.length === 0) throw new Error(`it ended: ${this.output.slice(-2000)}`);
    return seen.flatMap(({ pid }) => withDescendants(pid));
  }

  /** Engines of it that have started what they need: language host, program, provider. */
  readonly updating = (): readonly RunningProcess[] =>
    processesWith(this.state, 'pulumi up ').filter(({ pid }) => withDescendants(pid).length > 3);

  /** The agents of its sidecars: each works in a folder of its pod. */
  readonly agents = (): readonly RunningProcess[] =>
    processes().filter(({ pid }) => linkOf(pid, 'cwd').includes(`${this.state}/pods/`));

  /** The host: the first process of the platform's namespaces. */
  readonly host = (): readonly RunningProcess[] =>
    processesWith('rehearsal-host.js', this.state).filter(({ line }) => !line.startsWith('unshare'));

  /** All that it has running now, and the network namespaces that they are in, but for this process's own. */
  footprint(): Footprint {
    const family = processesWith(this.state).flatMap(({ pid }) => withDescendants(pid));
    const namespaces = new Set([...family, ...this.agents().map(({ pid }) => pid)].map(networkOf));
    namespaces.delete(networkOf(process.pid));
    namespaces.delete('');
    return { family, namespaces };
  }
}

export interface Footprint {
  readonly family: readonly number[];
  readonly namespaces: ReadonlySet<string>;
}

/**
 * Waits until nothing of it is left: no process, and no network namespace, with which the kernel removes links, addresses
 * and rules as soon as no process is in it and no file is bound to it.
 */
export async function untilNothingIsLeft({ family, namespaces }: Footprint): Promise<void> {
  await until('all of them have ended', () => !family.some(isRunning));
  expect(processes().filter(({ pid }) => namespaces.has(networkOf(pid)))).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('net:[');
  // A link of a pod has its other end in the platform's namespace, never in this one.
  expect(readdirSync('/sys/class/net').filter((link) => /^veth0\./.test(link))).toEqual([]);
}
