import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACK } from './engine';
import { timed, type Timed } from './timed';
import { ROOT } from '../unit/policies/cases';

/** A preview on a machine that does other things besides. Milliseconds. */
const PATIENCE_MS = 90_000;

/** This project's own program on one of its stacks, with a backend of its own that has no state yet. */
export class OwnProgram {
  private readonly folder = mkdtempSync(join(tmpdir(), 'own-program-'));
  private readonly config: string;

  constructor(private readonly stack: string) {
    this.config = join(this.folder, `Pulumi.${stack}.yaml`);
  }

  async init(): Promise<void> {
    // The engine writes the stack's salt beside the Pulumi.yaml it finds; the project's own is left alone.
    writeFileSync(join(this.folder, 'Pulumi.yaml'), 'name: bookinfo\nruntime: nodejs\n');
    copyFileSync(join(ROOT, 'stacks', `Pulumi.${this.stack}.yaml`), this.config);
    const { code, output } = await this.run([
      'stack',
      'init',
      this.stack,
      '--no-select',
      '--cwd',
      this.folder,
    ]);
    if (code !== 0) throw new Error(output);
  }

  preview(pack: boolean): Promise<Timed> {
    return this.run([
      ...['preview', '--cwd', ROOT, '--stack', this.stack, '--config-file', this.config],
      ...(pack ? ['--policy-pack', PACK] : []),
    ]);
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(args: readonly string[]): Promise<Timed> {
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: 'own program',
      CI: 'true',
    };
    return timed('pulumi', [...args, '--non-interactive', '--color', 'never'], { env, timeout: PATIENCE_MS });
  }
}
