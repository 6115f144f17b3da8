import type { BareEvent } from '../events';
import { ReleaseError } from '../exitCodes';
import { removeDeadLocks, removeHalfAttributes } from './deadLocks';
import { EngineFailure } from './errors';
import { type EnginePhase, EventTeller } from './events';
import { killOrphans } from './leftovers';
import { ensureRoom } from './stateDisk';
import { type EngineExit, type EngineProcess, type EngineRun, runEngine } from './process';
import { troubleOf } from './troubles';
import { objectId, parseState, type PendingCreation, type StackState } from './state';

export interface EngineOptions extends EngineProcess {
  /** The folder of Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  readonly emit: (event: BareEvent) => void;
  readonly signal?: AbortSignal;
}

/** One run of the engine. */
export interface EngineRunOptions {
  /** Which phase of the release it is for. */
  readonly phase: EnginePhase;
  /** The stack's config file, absolute. */
  readonly configFile: string;
}

export interface PreviewOptions extends EngineRunOptions {
  /** Where the plan is saved. */
  readonly plan?: string;
  /** The policy pack, absolute. */
  readonly policyPack?: string;
  /** A file with what is set for the pack's policies in this preview alone, absolute. */
  readonly policyConfig?: string;
  /** Names the policies' settings are found by, and more of the kind. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface UpOptions extends EngineRunOptions {
  /** Kept in the stack's history. */
  readonly message: string;
  /** A plan that a preview saved; the engine then does nothing else. */
  readonly plan?: string;
  /** URNs; nothing else is looked at. */
  readonly targets?: readonly string[];
  /** Read what runs first, so that what was changed by hand is put back. */
  readonly refresh?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Plans are behind a flag of the engine, which the Automation API switches on in the same way. */
const automation = { PULUMI_EXPERIMENTAL: 'true', PULUMI_AUTOMATION_API: 'true' };

/** What a run of the engine came to. */
export interface EngineResult {
  /** Wall time of the whole command. */
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** URNs of what was created, changed, replaced or deleted; for a preview, would be. */
  readonly changed: readonly string[];
}

/**
 * The engine on one stack of the project that is there.
 *
 * The command line is run the way the Automation API runs it, and its events are read by that API's own types. The API
 * itself is not used: it selects the stack, which other terminals of this user would notice; after each update it asks the
 * engine thrice more (two times for outputs, once for the history), which is longer than a rollback's update takes; it
 * shares the terminal's process group, so that Ctrl-C reaches the engine twice; and what it starts outlives a killed
 * parent. docs/decisions/0009-the-engine-is-run-by-its-command-line.md has the figures.
 */
export class StackEngine {
  constructor(private readonly options: EngineOptions) {}

  /** @throws ReleaseError (policy) with what mandatory policies refuse; EngineFailure for anything else that is wrong */
  async preview({
    plan,
    policyPack,
    policyConfig,
    phase,
    configFile,
    env,
  }: PreviewOptions): Promise<EngineResult> {
    const args = [
      ...['preview', '--config-file', configFile],
      ...(plan === undefined ? [] : ['--save-plan', plan]),
      ...(policyPack === undefined ? [] : ['--policy-pack', policyPack]),
      ...(policyConfig === undefined ? [] : ['--policy-pack-config', policyConfig]),
    ];
    return this.work('preview', args, phase, env);
  }

  /** @throws EngineFailure; what was done by then is in the stack's state */
  async up({
    message,
    plan,
    targets = [],
    refresh,
    phase,
    configFile,
    env,
  }: UpOptions): Promise<EngineResult> {
    const args = [
      ...['up', '--yes', '--skip-preview', '--config-file', configFile, '--message', message],
      ...(plan === undefined ? [] : ['--plan', plan]),
      ...targets.flatMap((urn) => ['--target', urn]),
      ...(refresh === true ? ['--refresh'] : []),
    ];
    return this.work('up', args, phase, env);
  }

  /** Reads what runs into the state; nothing in the cluster changes. */
  async refresh(
    { phase, configFile }: EngineRunOptions,
    flags: readonly string[] = [],
  ): Promise<EngineResult> {
    const args = ['refresh', '--yes', '--skip-preview', '--config-file', configFile, ...flags];
    return this.work('refresh', args, phase);
  }

  /** The stack's state, with what is pending in it. Takes no lock, so a lock left behind is no hindrance. */
  async state(): Promise<StackState> {
    return parseState((await this.ask(['stack', 'export'])).stdout);
  }

  /** The stack's tags; empty where the backend knows none. */
  async tags(): Promise<Readonly<Record<string, string>>> {
    const { code, stdout } = await this.command(['stack', 'tag', 'ls', '--json']);
    if (code !== 0) return {};
    try {
      return JSON.parse(stdout) as Record<string, string>;
    } catch {
      return {};
    }
  }

  /** False where the backend cannot keep it. */
  async setTag(name: string, value: string): Promise<boolean> {
    return (await this.command(['stack', 'tag', 'set', name, value])).code === 0;
  }

  /** Gives back the engine's own lock, whoever holds it: for when nobody can be at work. */
  async cancel(): Promise<void> {
    await this.command(['cancel', '--yes']);
  }

  /**
   * Removes the engine's own locks of processes that are provably gone, and what else these left. Returns how many.
   * @param isHolderGone Whether the holder of the release's lock was gone.
   */
  removeDeadLocks(isHolderGone = false): number {
    const backend = this.options.env.PULUMI_BACKEND_URL ?? '';
    killOrphans(backend);
    const gone = removeDeadLocks(backend, isHolderGone);
    removeHalfAttributes(backend);
    return gone;
  }

  /**
   * Mends what a killed engine left in the state: objects whose creation was under way are taken into it if they are
   * there, forgotten if not.
   * @param isThere Asks the cluster.
   */
  async repair(
    state: StackState,
    configFile: string,
    isThere: (object: PendingCreation) => Promise<boolean>,
  ): Promise<void> {
    const options = { phase: 'repair', configFile } as const;
    const pending = state.pendingCreations;
    const there = await Promise.all(pending.map(isThere));
    const pairs = pending
      .filter((_, index) => there[index])
      .flatMap((object) => [object.urn, objectId(object)]);
    // The engine takes either kind of flag alone.
    if (pairs.length > 0) {
      await this.refresh(
        options,
        pairs.flatMap((value) => ['--import-pending-creates', value]),
      );
    }
    await this.refresh(options, ['--clear-pending-creates']);
  }

  private async work(
    command: string,
    args: readonly string[],
    phase: EnginePhase,
    env: Readonly<Record<string, string>> = {},
  ): Promise<EngineResult> {
    if (command !== 'preview') await ensureRoom(this.options.env.PULUMI_BACKEND_URL ?? '');
    const teller = new EventTeller(phase, this.options.emit);
    const startedAt = Date.now();
    const exit = await this.command(args, env, (event) => teller.take(event));
    const { changed, errors, violations, failed } = teller;
    if (exit.code !== 0) {
      throw failure(
        new EngineFailure(command, exit.code, exit.stdout + exit.stderr, errors, violations, [...failed]),
      );
    }
    const endedAt = Date.now();
    return { seconds: (endedAt - startedAt) / 1_000, startedAt, endedAt, changed: [...changed] };
  }

  private async ask(args: readonly string[]): Promise<EngineExit> {
    const exit = await this.command(args);
    if (exit.code === 0) return exit;
    throw (
      troubleOf(exit.stderr, this.options.stack) ??
      new EngineFailure(args.slice(0, 2).join(' '), exit.code, exit.stderr)
    );
  }

  private command(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    onEvent?: EngineRun['onEvent'],
  ): Promise<EngineExit> {
    const { projectDir, stack, signal, ...options } = this.options;
    return runEngine({
      ...options,
      env: { ...options.env, ...env, ...automation },
      args: [...args, '--stack', stack, '--non-interactive', '--color', 'never'],
      cwd: projectDir,
      signal,
      onEvent,
    });
  }
}

/** A lock of another engine and a refusal by policies have exit statuses of their own. */
function failure(failed: EngineFailure): Error {
  if (failed.violations.length > 0) {
    return new ReleaseError(
      'policy',
      `policies refuse the step:\n${failed.violations.map((line) => `  ${line}`).join('\n')}`,
      'fix what they name, or write an exception with a reason and a last day into policies/config',
      { cause: failed },
    );
  }
  if (
    /the stack is currently locked by|conflict: Another update is currently in progress/i.test(failed.output)
  ) {
    return new ReleaseError(
      'locked',
      `the engine's own lock is held: ${failed.errors[0] ?? failed.output.trim().split('\n').slice(-3).join(' ')}`,
      'wait for it; if you know that nothing runs any more: pulumi cancel',
      { cause: failed },
    );
  }
  return failed;
}
