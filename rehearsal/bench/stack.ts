import {} from 'node:fs';
import { join } from 'node:path';
import { runEngine } from '../../release';
import { projectRoot } from '../paths';
import { emptyProgram } from '../scenario/empty-program';
import { Engine, EngineError, type UpdateResult } from '../scenario/engine';
import type { Place } from './place';

export interface RunOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** When a run of the engine began and ended, milliseconds since the epoch. */
export type Run = Pick<UpdateResult, 'seconds' | 'startedAt' | 'endedAt'>;

/** A stack that updates are measured on. */
export class BenchStack {
  private constructor(
    private readonly place: Place,
    private readonly name: string,
    private readonly projectDir: string,
    private readonly engine: Engine,
  ) {}

  /** This project's program, with a config file to start from. */
  static async ofProject(place: Place, name: string, config: string): Promise<BenchStack> {
    const projectDir = projectRoot();
    const engine = new Engine({ ...place.surroundings, projectDir, stack: name, workDir: place.stateDir });
    await engine.init(config);
    return new BenchStack(place, name, projectDir, engine);
  }

  /** The program that declares nothing: what everything is compared with, the same as in a rehearsal's report. */
  static async ofNothing(place: Place): Promise<BenchStack> {
    const engine = await emptyProgram(place.surroundings, place.stateDir);
    return new BenchStack(place, 'empty', join(place.stateDir, 'empty-program'), engine);
  }

  /** Names the step that the next update takes. */
  setStep(step: string): void {
    this.engine.configure({ 'bookinfo:step': step });
  }

  up(): Promise<UpdateResult> {
    return this.engine.up();
  }

  /**
   * An update that must change exactly so many objects: what changes more, or less, is not what it is taken for.
   *
   * @returns its wall time, seconds
   */
  async upThatChanges(objects: number): Promise<number> {
    const { seconds, changed } = await this.up();
    if (changed.length !== objects) {
      throw new Error(`an update of ${this.name} changed ${changed.length} objects, not ${objects}`);
    }
    return seconds;
  }

  /** The same `up` with more flags and variables. */
  upWith(options: RunOptions): Promise<Run> {
    return this.run(['up', '--yes', '--skip-preview'], options);
  }

  previewWith(options: RunOptions): Promise<Run> {
    return this.run(['preview', '--diff'], options);
  }

  /** Resources that the stack has, components among them. */
  async resources(): Promise<number> {
    const { stdout } = await this.execute(['stack', 'export', '--stack', this.name], {});
    const state = JSON.parse(stdout) as { deployment?: { resources?: unknown[] } };
    return state.deployment?.resources?.length ?? 0;
  }

  /** With the flags that Engine uses, the event log too: it is part of what an update costs. */
  private async run(command: readonly string[], { flags = [], env = {} }: RunOptions): Promise<Run> {
    const stack = ['--stack', this.name, '--config-file', this.engine.configFile];
    const quiet = ['--non-interactive', '--color', 'never'];
    const { startedAt, endedAt } = await this.execute(
      [...command, ...stack, ...quiet, ...flags],
      env,
      () => undefined,
    );
    return { startedAt, endedAt, seconds: (endedAt - startedAt) / 1000 };
  }

  private async execute(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    onEvent?: () => void,
  ) {
    const { folder, signal, surroundings } = this.place;
    const run = await runEngine({
      ...surroundings,
      env: { ...process.env, ...surroundings.env, ...env },
      args,
      cwd: this.projectDir,
      outputDir: folder,
      onEvent,
      signal,
    });
    if (run.code !== 0) throw new EngineError(args.join(' '), run.code, run.stdout + run.stderr);
    return run;
  }
}
