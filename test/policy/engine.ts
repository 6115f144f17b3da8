import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { AppliedRelease } from '../../components/canary/pure';
import type { KubeObject } from '../../policies/model/object';
import { UNKNOWN } from '../../policies/model/unknown';
import { ROOT } from '../unit/policies/cases';
import { timed, type Timed } from './timed';

/** An engine that starts a program, a provider and a pack on a busy machine. Milliseconds. */
const PATIENCE_MS = 240_000;

/** The form of the pack that every engine can run. */
export const PACK = join(ROOT, 'policies', 'bookinfo-policies');

/** One violation as the engine reports it. */
interface Violation {
  readonly policy: string;
  readonly enforcement: string;
  readonly message: string;
}

export interface Operation extends Timed {
  readonly violations: readonly Violation[];
}

/** What the program declares and what the pack is told. */
export interface Given {
  readonly objects: readonly KubeObject[];
  readonly settings: object;
  /** The stack output `release`. */
  readonly releases?: Readonly<Record<string, AppliedRelease & { readonly override?: object }>>;
  /** The content of `--policy-pack-config`. */
  readonly packConfig?: object;
  /** Whether it runs in a pipeline, which sets `CI`. */
  readonly ci?: boolean;
  /** Whether the pack is asked. Default: it is. */
  readonly pack?: boolean;
  /** Another way to start the pack. */
  readonly packFile?: string;
}

/** Stands in a case's file for what only the update itself can know. */
const LATER = '<known after the update>';

interface PolicyEvent {
  readonly policyEvent?: {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
  };
}

/** What an object needs comes before it. */
const order = ['Namespace', 'ServiceAccount', 'Service', 'Deployment', 'DestinationRule', 'VirtualService'];

const rank = ({ kind }: KubeObject): number => (order.includes(kind) ? order.indexOf(kind) : order.length);

const inOrder = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  [...objects].sort((a, b) => rank(a) - rank(b));

const typeOf = (apiVersion: string, kind: string): string =>
  `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;

export const mandatory = ({ violations }: Operation): readonly string[] => [
  ...new Set(violations.filter(({ enforcement }) => enforcement === 'mandatory').map(({ policy }) => policy)),
];

/** The cases' namespace in the cluster that all workers share: who has made this folder has it. */
const NAMESPACE = join(tmpdir(), `policy-cases-${process.env.REHEARSAL_NAME ?? process.pid}`);

/** Waits until nobody else's stack of cases is there: each would meet the other's objects under the same names. */
async function reserveNamespace(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      mkdirSync(NAMESPACE);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** A stack on a backend of its own, with a program that declares the objects of one case. */
export class CaseStack {
  private readonly folder = mkdtempSync(join(tmpdir(), 'policies-'));
  /** A copy: the engine writes the stack's config beside the program. */
  readonly program = join(this.folder, 'program');
  private reserved = false;
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${this.folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'cases',
    PULUMI_DEBUG_COMMANDS: 'true',
    CI: '',
  };

  constructor() {
    cpSync(join(__dirname, 'program'), this.program, { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.program, 'node_modules'));
  }

  end(): void {
    if (this.reserved) rmSync(NAMESPACE, { recursive: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param stack Another name is another state over the same cluster. */
  async init(stack = 'prod'): Promise<void> {
    if (!this.reserved) await reserveNamespace();
    this.reserved = true;
    const name = `organization/cases/${stack}`;
    const { code, output } = await this.run(['stack', 'init', name, '--secrets-provider', 'passphrase'], {});
    if (code !== 0) throw new Error(output);
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Timed> {
    const common = ['--non-interactive', '--color', 'never', '--cwd', this.program];
    return timed('pulumi', [...args, ...common], { timeout: PATIENCE_MS, env: { ...this.env, ...env } });
  }

  /** The command `policies`, on this backend. */
  policies(args: readonly string[]): Promise<Timed> {
    const command = [join(ROOT, 'bin', 'policies.js'), ...args];
    return timed(process.execPath, command, { timeout: PATIENCE_MS, env: this.env });
  }

  preview(given: Given, stack = 'prod'): Promise<Operation> {
    return this.operate(['preview'], given, stack);
  }

  up(given: Given, stack = 'prod'): Promise<Operation> {
    return this.operate(['up', '--yes', '--skip-preview'], given, stack);
  }

  /** Takes objects of the cluster into a stack's state, as `pulumi import` does for objects that somebody else made. */
  import(objects: readonly KubeObject[], stack: string): Promise<Timed> {
    const file = join(this.folder, 'import.json');
    const resources = inOrder(objects).map(({ id, apiVersion, kind, namespace, name }) => ({
      type: typeOf(apiVersion, kind),
      name: id,
      id: namespace === undefined ? name : `${namespace}/${name}`,
    }));
    writeFileSync(file, JSON.stringify({ resources }));
    const quiet = ['--yes', '--skip-preview', '--generate-code=false', '--protect=false'];
    return this.run(['import', '--stack', stack, '--file', file, ...quiet], {});
  }

  private async operate(command: readonly string[], given: Given, stack: string): Promise<Operation> {
    const file = join(this.folder, 'case.json');
    const log = join(this.folder, 'events.jsonl');
    const settingsFile = join(this.folder, 'settings.yaml');
    const packConfig = join(this.folder, 'pack-config.json');
    const objects = inOrder(given.objects).map(({ id, namespace, manifest, dependsOn, ignoreChanges }) => ({
      ...{ id, manifest, ignoreChanges },
      dependsOn: [...(dependsOn ?? []), `Namespace/${namespace}`],
    }));
    const content = { objects, release: given.releases ?? {}, later: LATER };
    writeFileSync(
      file,
      JSON.stringify(content, (_key, value: unknown) => (value === UNKNOWN ? LATER : value)),
    );
    writeFileSync(settingsFile, stringify(given.settings));
    writeFileSync(packConfig, JSON.stringify(given.packConfig ?? {}));
    writeFileSync(log, '');
    const executable = given.packFile ?? PACK;
    const pack =
      given.pack === false ? [] : ['--policy-pack', executable, '--policy-pack-config', packConfig];
    const ended = await this.run([...command, '--stack', stack, '--event-log', log, ...pack], {
      CASE: file,
      BOOKINFO_POLICY_SETTINGS: settingsFile,
      CI: given.ci === true ? 'true' : '',
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
    return { ...ended, violations };
  }
}
