import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import type { GoTool, ToolName } from './catalogue';
import { download, DownloadFailure, httpClient, patience, type Patience, whyUnreachable } from './download';
import { withoutCredentials } from './errors';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { isMissing } from './missing';
import type { Plan } from './plan';
import type { Published } from './published';
import { addressOf, downloadsAllowed, fileAddress } from './publishers';
import { run } from './run';
import { coldSeconds } from './seconds';
import { putInPlace } from './store';

export interface DownloadOptions {
  /** Default: a few seconds for each thing that is waited for. */
  readonly patience?: Partial<Patience>;
  readonly signal?: AbortSignal;
}

/** A publisher, or its mirror, from which nothing is downloaded in this run. */
export interface GivenUp {
  /** Without user and password. */
  readonly address: string;
  readonly why: string;
}

/** The least a download may take, whatever building takes. */
const leastLimitMs = 30_000;
/** Archives hold more than the binary that is built here; none holds so much more. */
const mostTimesLarger = 4;

/** The published files of the missing tools that this machine could use; whether they can be had is another question. */
function usable(machine: Machine, plan: Plan): Map<ToolName, Published> {
  const files = new Map<ToolName, Published>();
  if (!downloadsAllowed(machine.env) || machine.platform !== 'linux' || machine.arch !== 'x64') return files;
  const canUnpack = findOnPath('tar', machine.env) !== undefined;
  for (const { tool } of plan.resolved.filter(isMissing)) {
    const file = machine.published.find(
      (candidate) => candidate.tool === tool.name && candidate.version === tool.version,
    );
    if (file && (canUnpack || file.member === undefined)) files.set(tool.name, file);
  }
  return files;
}

/** The downloads of one run, and what the run has learnt about those who serve them. */
export class Downloads {
  private readonly reasons = new Map<string, string>();

  private constructor(
    private readonly machine: Machine,
    private readonly client: Dispatcher,
    private readonly files: ReadonlyMap<ToolName, Published>,
    private readonly wait: Patience,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Finds out which of the missing tools can be downloaded: all publishers are asked at once, each for a few seconds at
   * most. To be closed after use.
   *
   * @throws ToolchainError for a setting that means nothing.
   * @throws the signal's reason when it aborts.
   */
  static async prepare(machine: Machine, plan: Plan, options: DownloadOptions = {}): Promise<Downloads> {
    const files = usable(machine, plan);
    const wait = { ...patience, ...options.patience };
    const downloads = new Downloads(machine, httpClient(machine.env, wait), files, wait, options.signal);
    const asked = new Map([...files.values()].map((file) => [addressOf(machine.env, file.publisher), file]));
    try {
      await Promise.all([...asked].map(([address, file]) => downloads.ask(address, file)));
    } catch (error) {
      await downloads.close();
      throw error;
    }
    return downloads;
  }

  private async ask(address: string, file: Published): Promise<void> {
    const url = fileAddress(this.machine.env, file);
    const why = await whyUnreachable(this.client, url, this.wait, this.signal);
    if (why !== undefined) this.reasons.set(address, why);
  }

  /** The tools that will be downloaded, as far as is known now. */
  get names(): ReadonlySet<ToolName> {
    const open = [...this.files].filter(([, file]) => !this.reasons.has(this.baseOf(file)));
    return new Set(open.map(([name]) => name));
  }

  /** Where a tool comes from, for people; undefined for one that is not downloaded. */
  addressFor(name: ToolName): string | undefined {
    const file = this.files.get(name);
    return file && withoutCredentials(this.baseOf(file));
  }

  get givenUp(): readonly GivenUp[] {
    return [...this.reasons].map(([address, why]) => ({ address: withoutCredentials(address), why }));
  }

  private baseOf(file: Published): string {
    return addressOf(this.machine.env, file.publisher);
  }

  /**
   * Downloads a tool to `place`. Nothing is put there that has not the pinned hash.
   *
   * @param work a folder for what is unfinished, on the file system of `place`
   * @returns why it was not had, for people; undefined when it is there
   * @throws the signal's reason when it aborts, and errors of the disk
   */
  async fetch(
    tool: GoTool & { readonly name: ToolName },
    work: string,
    place: string,
    show: (state: string) => void,
  ): Promise<string | undefined> {
    const file = this.files.get(tool.name);
    if (!file) return 'nobody publishes it';
    const base = this.baseOf(file);
    const shown = withoutCredentials(base);
    if (this.reasons.has(base)) return `${shown} was given up`;
    const draft = join(work, `${tool.name}-download`);
    try {
      await this.stream(file, tool, draft, show);
      return await this.unpack(file, draft, work, place);
    } catch (error) {
      if (!(error instanceof DownloadFailure)) throw error;
      if (['absent', 'broken', 'tooLarge'].includes(error.trouble)) return `${shown}: ${error.message}`;
      // Who hangs, or serves one wrong file, is not waited for or trusted with another.
      this.reasons.set(base, error.message);
      return `${shown}: ${error.message}; nothing more is fetched from there`;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private async stream(
    file: Published,
    tool: GoTool,
    draft: string,
    show: (state: string) => void,
  ): Promise<void> {
    const mega = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
    const wanted = {
      address: fileAddress(this.machine.env, file),
      algorithm: file.algorithm,
      hash: file.hash,
      place: draft,
      limitMs: Math.max(leastLimitMs, coldSeconds(tool) * 1_000),
      maxBytes: mostTimesLarger * tool.bytes,
      onBytes: (received: number, total: number | undefined) =>
        show(total === undefined ? `${mega(received)} MB` : `${mega(received)} of ${mega(total)} MB`),
    };
    await download(this.client, wanted, this.wait, this.signal);
  }

  private async unpack(
    file: Published,
    draft: string,
    work: string,
    place: string,
  ): Promise<string | undefined> {
    let binary = draft;
    if (file.member !== undefined) {
      const folder = join(work, `${file.tool}-unpacked`);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      const args = ['-xzf', draft, '-C', folder, '--no-same-owner', '--', file.member];
      const { env } = this.machine;
      const answer = await run(findOnPath('tar', env) ?? 'tar', args, { env, signal: this.signal });
      if (answer.code !== 0) return `it cannot be unpacked: ${answer.stderr.trim().split('\n')[0] ?? ''}`;
      binary = join(folder, file.member);
    }
    chmodSync(binary, 0o755);
    putInPlace(binary, place);
    return undefined;
  }

  async close(): Promise<void> {
    await this.client.destroy();
  }
}
