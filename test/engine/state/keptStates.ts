import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { projectRoot } from '../../../rehearsal/paths';
import { Engine } from '../../../rehearsal/scenario/engine';
import type { Surroundings } from '../../../rehearsal/scenario/project-engine';

/** A state as the engine exports it: of a stack, at a step of its release if it has one. */
export interface KeptState {
  readonly stack: string;
  readonly step?: string;
}

/** In the order in which they can be made: a stack stands on those before it. */
export const keptStates: readonly KeptState[] = [
  { stack: 'platform' },
  ...['baseline', '10', 'finished'].map((step) => ({ stack: 'plain', step })),
  { stack: 'parts', step: '10' },
];

const kept = () => join(projectRoot(), 'test/engine/state/kept');

export const nameOf = ({ stack, step }: KeptState): string =>
  step === undefined ? stack : `${stack}-${step}`;

const fileOf = (state: KeptState): string => join(kept(), `${nameOf(state)}.json.br`);

/** Inputs and outputs of an object lie far apart and are nearly the same. */
const wholeWindow = { params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS } };

/** One of the kept stacks, on a backend in a folder of its own. */
export class KeptStack {
  readonly engine: Engine;
  private readonly exported: string;
  private readonly environment: Record<string, string>;

  constructor(
    private readonly stack: string,
    private readonly surroundings: Surroundings,
    folder: string,
  ) {
    this.exported = join(folder, 'state.json');
    const backend = join(folder, 'backend');
    mkdirSync(backend, { recursive: true });
    this.environment = { ...surroundings.env, PULUMI_BACKEND_URL: `file://${backend}` };
    this.engine = new Engine({
      ...surroundings,
      env: this.environment,
      projectDir: projectRoot(),
      stack,
      workDir: folder,
    });
  }

  init(): Promise<void> {
    return this.engine.init(join(kept(), `Pulumi.${this.stack}.yaml`));
  }

  /** Puts a kept state in the place of the stack's own. */
  async import(state: KeptState): Promise<void> {
    writeFileSync(this.exported, brotliDecompressSync(readFileSync(fileOf(state))));
    await this.stackCommand('import');
  }

  /** Keeps the stack's state. */
  async export(state: KeptState): Promise<void> {
    await this.stackCommand('export');
    writeFileSync(fileOf(state), brotliCompressSync(readFileSync(this.exported), wholeWindow));
  }

  private async stackCommand(command: 'import' | 'export'): Promise<void> {
    await promisify(execFile)(
      this.surroundings.pulumi,
      ['stack', command, '--file', this.exported, '--stack', this.stack, '--non-interactive'],
      { cwd: projectRoot(), env: { ...process.env, ...this.environment } },
    );
  }
}
