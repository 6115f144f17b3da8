import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './commands';
import { insideCommands, natRules, outsideCommands, removalCommands, type PodNetwork } from './rules';

/** How a process inside is started. */
export interface SpawnOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The descriptor of the file that its output goes to. */
  readonly log: number;
}

/**
 * What runs inside of a new namespace before anything else. `ip` and `nft` read files, because the shell's standard input
 * says when this process may go; /proc is that of the platform, so the process learns its own number from `self`.
 */
const setUp = [
  'ip -batch "$1"',
  'for i in all default eth0; do echo 0 > /proc/sys/net/ipv4/conf/$i/rp_filter; echo 1 > /proc/sys/net/ipv4/conf/$i/route_localnet; done',
  // What comes for port 15090 is passed on to the node agent, out where it came in.
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'nft -f "$2"',
  'read -r pid rest < /proc/self/stat',
  'echo $pid',
  'read -r go || true',
].join(' && ');

/** Addresses are given out anew as soon as a pod is gone: the next namespace waits until the last one is removed. */
const held = new Map<string, Promise<void>>();

/**
 * The network namespace of one pod.
 *
 * Nothing but a descriptor of this process and the processes inside holds it: whatever ends them ends it, with its link,
 * its rules and its addresses. What is left outside (a rule and a routing table) ends with the platform's namespace.
 */
export class PodNamespace {
  private descriptor: number | undefined;
  private release: (() => void) | undefined;

  constructor(
    private readonly network: PodNetwork,
    private readonly dir: string,
  ) {}

  /** @throws when it cannot be made */
  async open(): Promise<void> {
    const { network, dir } = this;
    await held.get(network.podIP);
    held.set(network.podIP, new Promise((resolve) => (this.release = resolve)));
    mkdirSync(dir, { recursive: true });
    const [links, nat] = [join(dir, 'links.ip'), join(dir, 'nat.nft')];
    writeFileSync(links, insideCommands(network));
    writeFileSync(nat, natRules(network));
    const holder = spawn('unshare', ['--net', 'sh', '-c', setUp, 'sh', links, nat], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    try {
      const pid = await firstLine(holder);
      this.descriptor = openSync(`/proc/${pid}/ns/net`, 'r');
    } catch (error) {
      throw new Error(`the network of pod ${network.podIP} could not be made: ${(error as Error).message}`);
    } finally {
      holder.stdin?.end();
    }
    await runCommand('ip', ['-batch', '-'], outsideCommands(network));
  }

  /** Starts a program inside, in a process group of its own. */
  spawn(command: string, args: readonly string[], { cwd, env, log }: SpawnOptions): ChildProcess {
    if (this.descriptor === undefined)
      throw new Error(`the network of pod ${this.network.podIP} is not there`);
    return spawn('nsenter', ['--net=/proc/self/fd/3', command, ...args], {
      cwd,
      env,
      stdio: ['ignore', log, log, this.descriptor],
      detached: true,
    });
  }

  /** Removes it; processes inside are to have ended. */
  async close(): Promise<void> {
    if (this.descriptor !== undefined) {
      closeSync(this.descriptor);
      this.descriptor = undefined;
      // A link that has gone with its namespace is no trouble.
      await runCommand('ip', ['-force', '-batch', '-'], removalCommands(this.network)).catch(() => undefined);
    }
    this.release?.();
  }
}

/** What a process writes first. @throws when it ends before, with what it wrote to standard error */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('\n')) resolve(out.trim());
    });
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said.trim()}`)));
  });
}
