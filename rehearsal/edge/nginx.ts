import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOnPath } from '../toolchain/lookup';
import type { PodProcess } from '../workloads/behaviours';
import { adaptConfig, hostsFile } from './adapt';

/** A value, or how to get it once the pod is started. */
type Eventually<T> = T | (() => Promise<T>);

export interface NginxOptions {
  /** The pod's name, for messages. */
  readonly name: string;
  readonly podIP: string;
  /** Content by path as the container sees it; see `mountedFiles`. One of them is `nginx.conf`. */
  readonly files: Eventually<Readonly<Record<string, string>>>;
  /**
   * Addresses by name, in place of the cluster's DNS. nginx asks once, when it starts, and does not start where the name
   * of its upstream is missing.
   */
  readonly hosts: Eventually<Readonly<Record<string, string>>>;
  /** A folder of this pod's own; made where it is missing. */
  readonly stateDir: string;
  /** nginx; see `findNginx`. */
  readonly executable: string;
  /** Called when nginx ends although nobody asked it to. */
  readonly onExit?: (error: Error) => void;
}

const readyWithinMs = 10_000;
/** How long requests in flight may go on, and how long a process that takes no hint may. */
const graceMs = 2000;

/** nginx, which distributions keep in folders that are not on everybody's PATH; undefined where there is none. */
export function findNginx(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [env['PATH'] ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return findOnPath('nginx', { ...env, PATH: folders.filter(Boolean).join(':') });
}

const given = async <T extends object>(value: Eventually<T>): Promise<T> =>
  typeof value === 'function' ? await value() : value;

/** The private view of /etc/hosts comes first, the tie to the parent last: a change of rights would undo it. */
const launch = 'mount --bind "$1" /etc/hosts && shift && exec setpriv --pdeathsig TERM -- "$@"';

/**
 * The real nginx as the process of an edge's pod, on the very files of the pod's ConfigMap.
 *
 * Different from the pod: the address it listens on and where its files lie (see `adaptConfig`), names come from a hosts
 * file instead of DNS, it runs as whoever runs the rehearsal, and its limits are not those of the container.
 */
export class NginxProcess implements PodProcess {
  private readonly logFile: string;
  private child: ChildProcess | undefined;
  private exited: string | undefined;
  private ended: Promise<void> = Promise.resolve();
  private stopping = false;
  private port = 0;
  private ready = false;

  constructor(private readonly options: NginxOptions) {
    this.logFile = join(options.stateDir, 'nginx.log');
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves when nginx takes connections. @throws with nginx's own words when it does not start */
  async start(): Promise<void> {
    const config = await this.writeFiles();
    const { executable, stateDir } = this.options;
    const log = openSync(this.logFile, 'a');
    // As root, nginx would give its workers to a user who may not read the state folder.
    const asRoot = ['-g', 'user root;'];
    const nginx = [executable, '-p', `${stateDir}/`, '-e', 'stderr', '-c', config, ...asRoot];
    const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const shell = ['sh', '-c', launch, 'sh', join(stateDir, 'hosts'), ...nginx];
    // A group of its own: the workers are to be reached too, should the master have to be killed.
    this.child = spawn('unshare', [...rights, '--mount', '--', ...shell], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.watch(this.child);
    await this.listening();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.exited !== undefined || this.child === undefined) return;
    // Quit waits for requests in flight, terminate does not.
    for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGKILL'] as const) {
      this.signal(signal);
      await Promise.race([this.ended, sleep(graceMs, undefined, { ref: false })]);
      if (this.exited !== undefined) return;
    }
    await this.ended;
  }

  lastLogLines(count = 5): string[] {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-count);
    } catch {
      return [];
    }
  }

  /** @returns the path of the adapted nginx.conf */
  private async writeFiles(): Promise<string> {
    const { podIP, stateDir } = this.options;
    const [files, hosts] = await Promise.all([given(this.options.files), given(this.options.hosts)]);
    const path = Object.keys(files).find((file) => file.endsWith('/nginx.conf'));
    if (path === undefined) throw new Error(`pod ${this.options.name} mounts no nginx.conf`);
    const { config, port, folders } = adaptConfig(files[path]!, { podIP, paths: Object.keys(files) });
    this.port = port;
    for (const folder of folders) mkdirSync(join(stateDir, folder), { recursive: true });
    for (const [file, content] of Object.entries({ ...files, [path]: config })) {
      const target = join(stateDir, `.${file}`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    writeFileSync(join(stateDir, 'hosts'), hostsFile(hosts));
    return join(stateDir, `.${path}`);
  }

  private watch(child: ChildProcess): void {
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.exited = reason;
        resolve();
        if (this.ready && !this.stopping) this.options.onExit?.(this.failure(reason));
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(`it ended with ${signal ?? `code ${code}`}`));
    });
  }

  private async listening(): Promise<void> {
    const until = Date.now() + readyWithinMs;
    while (!(await accepts(this.options.podIP, this.port))) {
      if (this.exited !== undefined) throw this.failure(this.exited);
      if (Date.now() > until) {
        await this.stop();
        throw this.failure(`it took no connection within ${readyWithinMs} ms`);
      }
      await sleep(20);
    }
    this.ready = true;
  }

  private signal(signal: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    try {
      if (signal === 'SIGKILL') process.kill(-pid, signal);
      else process.kill(pid, signal);
    } catch {
      // It ended on its own just now.
    }
  }

  private failure(reason: string): Error {
    const log = this.lastLogLines().join('\n');
    return new Error(
      `nginx of ${this.options.name}: ${reason}. Its log, ${this.logFile}, ends with:\n${log}`,
    );
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => done(false));
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
