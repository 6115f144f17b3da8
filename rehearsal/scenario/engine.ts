import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { EngineEvent } from '@pulumi/pulumi/automation/events';
import { parse, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { runEngine, StackEngine, type PendingCreation } from '../../release';

export interface EngineArgs {
  /** The path of the engine's executable. */
  readonly pulumi: string;
  readonly kubectl: string;
  /** Folders searched before PATH: the language host and the provider plugin lie there. */
  readonly pluginDirs: readonly string[];
  /** The folder with Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** The stack's config is copied here and changed here, so that no file of the project is touched. */
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What one run of the engine did. */
export interface UpdateResult {
  /** Wall time of the whole command, from its start to its exit. */
  readonly seconds: number;
  /** When the command was started and when it had ended, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** URNs of the resources that were created, updated, replaced or deleted; for a preview, that would be. */
  readonly changed: readonly string[];
  readonly output: string;
}

/** A run of the engine that did not succeed, with everything it printed. */
export class EngineError extends Error {
  constructor(
    readonly command: string,
    readonly code: number | null,
    readonly output: string,
  ) {
    super(`pulumi ${command} ended with ${code ?? 'a signal'}:\n${output.trim()}`);
    this.name = 'EngineError';
  }
}

const projectSchema = z.object({ name: z.string() });
const unchanging = new Set(['same', 'read', 'refresh', 'read-replacement', 'discard']);

/** The URN of a resource that an event says is being changed. */
function changedUrn({ resourcePreEvent }: EngineEvent): string | undefined {
  const metadata = resourcePreEvent?.metadata;
  if (!metadata?.op || !metadata.urn || unchanging.has(metadata.op)) return undefined;
  // The stack itself and the providers are bookkeeping of the engine, not objects of the program.
  if (metadata.type === 'pulumi:pulumi:Stack' || metadata.type?.startsWith('pulumi:providers:'))
    return undefined;
  return metadata.urn;
}

/** Runs the real engine on the project, as a person would on a command line. */
export class Engine {
  readonly configFile: string;

  constructor(private readonly args: EngineArgs) {
    this.configFile = join(args.workDir, `stack-${args.stack}`, `Pulumi.${args.stack}.yaml`);
  }

  /**
   * Creates the stack and takes the project's config of it as the starting point. It is created from a folder that holds
   * just the project's name, because the engine writes the stack's salt beside the Pulumi.yaml it finds.
   */
  async init(configSource: string): Promise<void> {
    const { projectDir, stack } = this.args;
    const folder = dirname(this.configFile);
    const { name } = projectSchema.parse(parse(readFileSync(join(projectDir, 'Pulumi.yaml'), 'utf8')));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'Pulumi.yaml'), stringify({ name, runtime: 'nodejs' }));
    writeFileSync(this.configFile, readFileSync(configSource));
    await this.run(['stack', 'init', stack, '--no-select'], folder);
  }

  /** A value of the stack's config copy, as it is written there; undefined where it is not set. */
  configured(key: string): unknown {
    const { config } = parse(readFileSync(this.configFile, 'utf8')) as { config?: Record<string, unknown> };
    return config?.[key];
  }

  /** Sets values of the stack's config copy, e.g. `{'bookinfo:step': '10'}`. */
  configure(values: Readonly<Record<string, unknown>>): void {
    const document = parseDocument(readFileSync(this.configFile, 'utf8'));
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) document.deleteIn(['config', key]);
      else document.setIn(['config', key], value);
    }
    writeFileSync(this.configFile, document.toString());
  }

  /**
   * `pulumi up` without a preview before it: what a weight step costs.
   * @param options.refresh Whether the state is brought up to what is in the cluster before. Default: it is not.
   */
  up({ refresh = false }: { readonly refresh?: boolean } = {}): Promise<UpdateResult> {
    return this.update(['up', '--yes', '--skip-preview', ...(refresh ? ['--refresh'] : [])]);
  }

  preview(): Promise<UpdateResult> {
    return this.update(['preview', '--diff']);
  }

  refresh(): Promise<UpdateResult> {
    return this.update(['refresh', '--yes', '--skip-preview']);
  }

  destroy(): Promise<UpdateResult> {
    return this.update(['destroy', '--yes', '--skip-preview']);
  }

  /**
   * Mends what an engine that was killed left behind, so that the next update works: its lock goes if its process is
   * gone, and objects whose creation was under way are taken into the state if they are there, forgotten if not.
   */
  async recover(): Promise<void> {
    const { projectDir, stack, pulumi, pluginDirs, signal } = this.args;
    const emit = () => undefined;
    const engine = new StackEngine({ projectDir, stack, pulumi, pluginDirs, env: this.env(), signal, emit });
    // Its own state, which nobody in another container works on.
    engine.removeDeadLocks(true);
    await engine.repair(await engine.state(), this.configFile, (object) => this.exists(object));
  }

  private exists(object: PendingCreation): Promise<boolean> {
    const { apiVersion, kind, name, namespace } = object;
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const scope = namespace === undefined ? [] : ['--namespace', namespace];
    const args = [
      'get',
      `${kind}.${version}.${group}`,
      name,
      ...scope,
      '--ignore-not-found',
      '--output',
      'name',
    ];
    return promisify(execFile)(this.args.kubectl, args, { env: this.env() }).then(
      ({ stdout }) => stdout.trim() !== '',
    );
  }

  private env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.args.env };
  }

  /** The stack's outputs. */
  async outputs(): Promise<Record<string, unknown>> {
    const { output } = await this.run(['stack', 'output', '--json', '--stack', this.args.stack]);
    return JSON.parse(output) as Record<string, unknown>;
  }

  private async update(command: readonly string[]): Promise<UpdateResult> {
    const changed = new Set<string>();
    const args = [
      ...[...command, '--stack', this.args.stack, '--config-file', this.configFile],
      ...['--non-interactive', '--color', 'never'],
    ];
    const result = await this.run(args, undefined, (event) => {
      const urn = changedUrn(event);
      if (urn !== undefined) changed.add(urn);
    });
    return { ...result, changed: [...changed] };
  }

  private async run(
    command: readonly string[],
    cwd = this.args.projectDir,
    onEvent?: (event: EngineEvent) => void,
  ): Promise<Omit<UpdateResult, 'changed'>> {
    const { pulumi, pluginDirs, workDir, signal } = this.args;
    const run = {
      pulumi,
      pluginDirs,
      env: this.env(),
      args: command,
      cwd,
      signal,
      outputDir: workDir,
      onEvent,
    };
    const { code, stdout, stderr, startedAt, endedAt } = await runEngine(run);
    if (code !== 0) throw new EngineError(command.join(' '), code, stdout + stderr);
    return { seconds: (endedAt - startedAt) / 1000, startedAt, endedAt, output: stdout };
  }
}
