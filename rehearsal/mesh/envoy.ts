import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvoyAdmin } from './envoy-admin';
import { renderBootstrap, type EnvoyIdentity } from './envoy-bootstrap';
import type { Proxy } from './proxy';

export interface EnvoyOptions {
  /** Path of the Envoy binary. */
  readonly binary: string;
  readonly identity: EnvoyIdentity;
  /** Folder for the bootstrap and the log; made if it is not there. */
  readonly stateDir: string;
  /** Called when Envoy ends though nobody stopped it, with its last log lines. */
  readonly onExit?: (error: Error) => void;
}

/** Longest time that Envoy may take to end by itself before it is killed. */
const stopWithinMs = 3000;

/** One running Envoy. */
export class EnvoyProcess implements Proxy {
  readonly admin: EnvoyAdmin;
  readonly logFile: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private stopping = false;
  private exited = false;

  constructor(private readonly options: EnvoyOptions) {
    const { identity, stateDir } = options;
    mkdirSync(stateDir, { recursive: true });
    const base = join(stateDir, `envoy-${identity.namespace}-${identity.name}`);
    this.logFile = `${base}.log`;
    this.admin = new EnvoyAdmin(identity.podIP, identity.adminPort);
    writeFileSync(`${base}.json`, JSON.stringify(renderBootstrap(identity), null, 1));
    const log = openSync(this.logFile, 'a');
    this.child = spawn(options.binary, envoyArguments(`${base}.json`), { stdio: ['ignore', log, log] });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.exited = true;
        resolve();
        if (!this.stopping) options.onExit?.(this.failure(reason));
      };
      this.child.once('error', (error) => end(error.message));
      this.child.once('exit', (code, signal) => end(`it ended with ${signal ?? `code ${code}`}`));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Whether the process is there; that it serves is another question. */
  get running(): boolean {
    return !this.exited;
  }

  get name(): string {
    return `${this.options.identity.namespace}/${this.options.identity.name}`;
  }

  isReady(): Promise<boolean> {
    return this.exited ? Promise.resolve(false) : this.admin.isReady();
  }

  /** Resolves when Envoy is live. @throws after `timeoutMs`, or at once when it has ended */
  async ready(timeoutMs: number): Promise<void> {
    const until = Date.now() + timeoutMs;
    while (!(await this.isReady())) {
      if (this.exited) throw this.failure('it ended before it was ready');
      if (Date.now() > until) throw this.failure(`it was not ready within ${timeoutMs} ms`);
      await sleep(50);
    }
  }

  /** Ends Envoy and resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.exited) return;
    this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), stopWithinMs);
    await this.ended;
    clearTimeout(killer);
  }

  lastLogLines(count = 5): string[] {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-count);
    } catch {
      return [];
    }
  }

  private failure(reason: string): Error {
    const log = this.lastLogLines().join('\n');
    return new Error(`Envoy of ${this.name}: ${reason}. Its log, ${this.logFile}, ends with:\n${log}`);
  }
}

/**
 * One worker is enough for a stand-in's load and leaves the cores to the others. Hot restart would need a shared-memory
 * id of its own for every Envoy. The `misc` component warns about every deprecated field that istiod still sends.
 */
function envoyArguments(bootstrap: string): string[] {
  return [
    ...['-c', bootstrap, '--concurrency', '1', '--disable-hot-restart', '--drain-time-s', '1'],
    ...['--log-level', 'warning', '--component-log-level', 'misc:error'],
  ];
}

/** Starts an Envoy; `ready()` of the result tells when it serves. */
export function startEnvoy(options: EnvoyOptions): EnvoyProcess {
  return new EnvoyProcess(options);
}
