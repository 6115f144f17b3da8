import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../paths';
import { sidecarKind, type SidecarKind, type Sidecars } from '../sidecar';
import type { Toolchain } from '../toolchain';
import { call } from './control-client';
import { lastLines, type PartStatus } from './supervisor';
import {
  holder,
  makeStateFolders,
  pruneEnded,
  rehearsalNamePattern,
  reserve,
  statePaths,
  type StatePaths,
} from './state';

/** What the host process is told; written to a file, so that nothing of it shows in a process list. */
export interface HostConfig {
  readonly name: string;
  readonly paths: StatePaths;
  readonly tools: Readonly<Record<string, string>>;
  /** Without a mesh there are only the control plane and the node: enough to test what needs an API server. */
  readonly mesh: boolean;
  readonly sidecars: Sidecars;
  /** Istio's template of Envoy's bootstrap. */
  readonly envoyBootstrap: string;
  /** The ports outside that lead to the API server, to the ingress gateway and to the edge in front of it. */
  readonly ports: { readonly api: number; readonly ingress: number; readonly edge: number };
  /** Whether the host ends when its standard input is closed, that is, when the command that started it is gone. */
  readonly lifeline: boolean;
}

export interface HostStatus {
  readonly name: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly seconds: number;
  readonly parts: readonly PartStatus[];
  readonly ports: HostConfig['ports'];
  readonly sidecars: Sidecars;
}

export interface StartArgs {
  readonly name: string;
  readonly toolchain: Toolchain;
  readonly mesh?: boolean;
  /** How sidecars are played. Default: whole where this machine can, else outbound. */
  readonly sidecars?: SidecarKind;
  /** Put a user namespace around it, in which this user is root. Default: unless the user is root already. */
  readonly userNamespace?: boolean;
  /** Leave it running when this process ends. */
  readonly detached?: boolean;
  readonly onPhase?: (phase: string, seconds: number) => void;
  readonly signal?: AbortSignal;
}

/** The platform could not be started, or ended by itself. The message holds the part's last log lines. */
class PlatformError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlatformError';
  }
}

function listenOutside(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** The file descriptor of a listening socket; Node has no public way to name it. */
function descriptor(server: Server): number {
  const fd = (server as unknown as { _handle: { fd: number } | null })._handle?.fd;
  if (fd === undefined || fd < 0) throw new PlatformError('the listening socket has no file descriptor');
  return fd;
}

function port(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new PlatformError('the listening socket has no port');
  return address.port;
}

/** As root a network and a process namespace are enough; anybody else needs a user namespace around them. */
function unshareArgs(userNamespace: boolean): string[] {
  const base = ['--net', '--pid', '--fork', '--kill-child'];
  return !userNamespace ? base : ['--user', '--map-root-user', ...base];
}

/** A rehearsal's platform, seen from outside its namespace. */
export class Platform {
  private constructor(
    readonly name: string,
    readonly paths: StatePaths,
    readonly ports: HostConfig['ports'],
    readonly sidecars: Sidecars,
    private readonly child: ChildProcess | undefined,
  ) {}

  /** @throws PlatformError for a name that cannot be part of a folder's name */
  static checkName(name: string): void {
    if (rehearsalNamePattern.test(name)) return;
    throw new PlatformError(
      `"${name}" cannot name a rehearsal: use up to 32 lower-case letters, digits and inner hyphens`,
    );
  }

  /** Finds a platform that runs already. */
  static async find(name: string): Promise<Platform | undefined> {
    Platform.checkName(name);
    const paths = statePaths(name);
    if (!existsSync(paths.socket)) return undefined;
    try {
      const status = await call<HostStatus>(paths.socket, 'GET', '/status');
      return new Platform(name, paths, status.ports, status.sidecars, undefined);
    } catch {
      return undefined;
    }
  }

  /** Starts one and waits until it is ready. Whatever an earlier one of that name left behind is removed first. */
  static async start(args: StartArgs): Promise<Platform> {
    const release = reserve(args.name);
    if (release === undefined) {
      throw new PlatformError(`a rehearsal named "${args.name}" is being started by another process`);
    }
    try {
      return await Platform.startReserved(args);
    } finally {
      release();
    }
  }

  private static async startReserved(args: StartArgs): Promise<Platform> {
    const { name, toolchain, mesh = true, detached = false } = args;
    const { userNamespace = process.getuid?.() !== 0 } = args;
    const paths = statePaths(name);
    if (await Platform.find(name)) {
      throw new PlatformError(
        `a rehearsal named "${name}" is running: end it with "node bin/rehearsal.js down --name ${name}"`,
      );
    }
    pruneEnded(Date.now());
    rmSync(paths.dir, { recursive: true, force: true });
    rmSync(paths.socket, { force: true });
    makeStateFolders(paths);

    const [api, ingress, edge] = await Promise.all([listenOutside(), listenOutside(), listenOutside()]);
    const ports = { api: port(api), ingress: port(ingress), edge: port(edge) };
    // In the order the host expects them in.
    const listeners = [api, ingress, edge];
    const names = [
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kwok',
      'kubectl',
    ] as const;
    const sidecars = await sidecarKind(mesh ? args.sidecars : 'outbound', userNamespace);
    const meshNames = mesh ? (['pilot-discovery', 'pilot-agent', 'envoy'] as const) : [];
    const tools = Object.fromEntries([...names, ...meshNames].map((tool) => [tool, toolchain.path(tool)]));
    const envoyBootstrap = mesh ? toolchain.envoyBootstrap : '';
    const config: HostConfig = {
      ...{ name, paths, tools, mesh, sidecars, envoyBootstrap, ports },
      lifeline: !detached,
    };
    writeFileSync(paths.hostConfig, JSON.stringify(config), { mode: 0o600 });

    const hostLog = join(paths.logs, 'host.log');
    const log = openSync(hostLog, 'a');
    const child = spawn(
      'unshare',
      [
        ...unshareArgs(userNamespace),
        process.execPath,
        join(projectRoot(), 'bin', 'rehearsal-host.js'),
        paths.hostConfig,
      ],
      { stdio: [detached ? 'ignore' : 'pipe', log, log, ...listeners.map(descriptor)], detached },
    );
    if (child.pid !== undefined) writeFileSync(paths.pid, String(child.pid));
    closeSync(log);
    for (const listener of listeners) listener.close();
    const platform = new Platform(name, paths, ports, sidecars, child);
    const abort = () => child.kill('SIGKILL');
    args.signal?.addEventListener('abort', abort, { once: true });
    try {
      await platform.untilReady(hostLog, args);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      args.signal?.removeEventListener('abort', abort);
    }
    if (detached) child.unref();
    return platform;
  }

  private async untilReady(hostLog: string, { onPhase, signal }: StartArgs): Promise<void> {
    let exited: string | undefined;
    this.child?.once('error', (error) => (exited = error.message));
    this.child?.once('exit', (code, by) => (exited = by ? `ended by ${by}` : `exit code ${code}`));
    let phase = '';
    const startedAt = Date.now();
    for (;;) {
      signal?.throwIfAborted();
      if (exited !== undefined) throw new PlatformError(this.failure(hostLog, exited));
      if (existsSync(this.paths.socket)) {
        const status = await this.call<HostStatus>('GET', '/status').catch(() => undefined);
        if (status && status.phase !== phase) {
          phase = status.phase;
          onPhase?.(phase, status.seconds);
        }
        if (status?.ready) return;
      }
      if (Date.now() - startedAt > 180_000)
        throw new PlatformError(`the platform was not ready after 180 s (${phase})`);
      await sleep(50);
    }
  }

  private failure(hostLog: string, how: string): string {
    if (existsSync(this.paths.failure)) return readFileSync(this.paths.failure, 'utf8').trimEnd();
    return [
      `the rehearsal's host process ended: ${how}`,
      ...lastLines(hostLog).map((line) => `  | ${line}`),
    ].join('\n');
  }

  /** Resolves with the reason when the platform ends although nobody called stop. Only for one started by this process. */
  died(): Promise<string> {
    return new Promise((resolve) =>
      this.child?.once('exit', (code, by) =>
        resolve(this.failure(join(this.paths.logs, 'host.log'), by ?? `code ${code}`)),
      ),
    );
  }

  call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    return call<T>(this.paths.socket, method, path, body);
  }

  status(): Promise<HostStatus> {
    return this.call<HostStatus>('GET', '/status');
  }

  /** What `pulumi` and `kubectl` need to work on this rehearsal. */
  environment(): Record<string, string> {
    return {
      KUBECONFIG: this.paths.kubeconfig,
      PULUMI_BACKEND_URL: `file://${this.paths.pulumiState}`,
      // Guards nothing: the state of a rehearsal ends with it.
      PULUMI_CONFIG_PASSPHRASE: 'rehearsal',
      PULUMI_HOME: this.paths.pulumiHome,
      // The engine lives for a second or two: collecting its garbage half as often is a tenth of its work.
      GOGC: process.env.GOGC ?? '400',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      // What the provider makes of the inputs is as it was: then nothing differs, and it is not asked to compare.
      PULUMI_ENABLE_LEGACY_DIFF: process.env.PULUMI_ENABLE_LEGACY_DIFF ?? 'true',
    };
  }

  /** Ends it and waits until every process of it is gone. Its folder stays, for reading logs. */
  async stop(): Promise<void> {
    await this.call('POST', '/stop').catch(() => undefined);
    const deadline = Date.now() + 10_000;
    // The host removes its socket last; for one started by this process its exit is waited for as well.
    while (Date.now() < deadline && (this.child ? !this.ended() : existsSync(this.paths.socket)))
      await sleep(50);
    // What does not end by itself is ended with its namespace.
    const left = holder(this.paths);
    if (left !== undefined) process.kill(left, 'SIGKILL');
    rmSync(this.paths.socket, { force: true });
    // The cluster's data are of no use without it, and large; configs and logs tell what happened.
    rmSync(join(this.paths.dir, 'etcd'), { recursive: true, force: true });
  }

  private ended(): boolean {
    return this.child !== undefined && (this.child.exitCode !== null || this.child.signalCode !== null);
  }
}
