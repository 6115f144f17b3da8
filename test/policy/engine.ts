import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { KubeObject } from '../../policies/model/object';

const ROOT = resolve(__dirname, '../..');
/** An engine that starts a program, a provider and a pack on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;

/** One violation as the engine reports it. */
export interface Violation {
  readonly policy: string;
  readonly enforcement: string;
  readonly message: string;
}

export interface Preview {
  readonly code: number;
  readonly violations: readonly Violation[];
  readonly output: string;
}

interface PolicyEvent {
  readonly policyEvent?: {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
  };
}

/** A stack on a backend of its own, previewed with the pack. */
export class CaseStack {
  private readonly folder = mkdtempSync(join(tmpdir(), 'policies-'));
  /** A copy: the engine writes the stack's config beside the program. */
  private readonly program = join(this.folder, 'program');

  constructor() {
    cpSync(join(__dirname, 'program'), this.program, { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.program, 'node_modules'));
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<{ code: number; output: string }> {
    return new Promise((done) => {
      execFile(
        'pulumi',
        [...args, '--non-interactive', '--color', 'never', '--cwd', this.program],
        {
          timeout: PATIENCE_MS,
          env: {
            ...process.env,
            PULUMI_BACKEND_URL: `file://${this.folder}`,
            PULUMI_CONFIG_PASSPHRASE: 'cases',
            PULUMI_DEBUG_COMMANDS: 'true',
            CI: '',
            ...env,
          },
        },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          done({ code, output: stdout + stderr });
        },
      );
    });
  }

  async preview(objects: readonly KubeObject[], settings: object): Promise<Preview> {
    const file = join(this.folder, 'case.json');
    const log = join(this.folder, 'events.jsonl');
    const settingsFile = join(this.folder, 'settings.yaml');
    const entries = objects.map(({ id, manifest, dependsOn, ignoreChanges }) => ({
      ...{ id, manifest, ignoreChanges },
      dependsOn: [...(dependsOn ?? [])],
    }));
    writeFileSync(file, JSON.stringify(entries));
    writeFileSync(settingsFile, stringify(settings));
    writeFileSync(log, '');
    await this.run(['stack', 'init', 'organization/cases/prod', '--secrets-provider', 'passphrase'], {});
    const pack = ['--policy-pack', join(ROOT, 'policies/bookinfo-policies')];
    const { code, output } = await this.run(['preview', '--stack', 'prod', '--event-log', log, ...pack], {
      CASE: file,
      BOOKINFO_POLICY_SETTINGS: settingsFile,
    });
    const violations = readFileSync(log, 'utf8')
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const { policyEvent } = JSON.parse(line) as PolicyEvent;
        if (policyEvent === undefined) return [];
        const { policyName, enforcementLevel, message } = policyEvent;
        return [{ policy: policyName, enforcement: enforcementLevel, message }];
      });
    return { code, violations, output };
  }
}
