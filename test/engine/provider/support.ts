import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import {
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from '@pulumi/pulumi/automation';
import { ApiClient } from '../../../rehearsal/provider/client';
import { readConfig } from '../../../rehearsal/provider/config';
import { isNotFound } from '../../../rehearsal/provider/errors';
import {
  isObject,
  listAt,
  objectAt,
  stringAt,
  textAt,
  type JsonObject,
} from '../../../rehearsal/provider/json';
import { connect } from '../../../rehearsal/provider/kubeconfig';
import { cluster } from '../support/cluster';

const ROOT = resolve(__dirname, '../../..');
/** One engine run on a busy machine, milliseconds. */
const PATIENCE_MS = 120_000;

jest.setTimeout(PATIENCE_MS);

/**
 * The folder of the plugin under test: this project's, or that of PROVIDER, which is another whose conformance is asked.
 * @throws Error where there is none
 */
function pluginFolder(): string {
  const folder = resolve(process.env['PROVIDER'] || join(ROOT, 'bin'));
  if (existsSync(join(folder, 'pulumi-resource-kubernetes'))) return folder;
  throw new Error(
    `there is no pulumi-resource-kubernetes in ${folder}: set PROVIDER to the folder of a plugin`,
  );
}

/** The cluster as the tests see it, beside the provider under test. */
export class Cluster {
  private readonly ends = new AbortController();
  readonly api = new ApiClient(
    () => connect(readConfig({ kubeconfig: cluster().kubeconfig }).config),
    this.ends.signal,
  );

  async get(path: string): Promise<JsonObject | undefined> {
    try {
      return await this.api.get(path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Writes as somebody else would: under another field manager, taking the fields over. */
  async apply(path: string, body: JsonObject, manager = 'somebody-else'): Promise<JsonObject> {
    const query = { fieldManager: manager, force: 'true' };
    return (
      await this.api.send({ method: 'PATCH', path, query, contentType: 'application/apply-patch+yaml', body })
    ).body;
  }

  async merge(path: string, body: JsonObject, manager = 'kubectl-edit'): Promise<void> {
    const query = { fieldManager: manager };
    await this.api.send({ method: 'PATCH', path, query, contentType: 'application/merge-patch+json', body });
  }

  async remove(path: string): Promise<void> {
    await this.api.send({ method: 'DELETE', path }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  /** Reports every pod of the namespace ready, as a kubelet would, until the returned function is called. */
  keepPodsReady(namespace: string): () => Promise<void> {
    let going = true;
    const loop = async () => {
      while (going) {
        const pods = listAt(await this.api.get(`/api/v1/namespaces/${namespace}/pods`), 'items').filter(
          isObject,
        );
        for (const pod of pods) {
          const scheduled = stringAt(pod, 'spec', 'nodeName') !== undefined;
          const ready = listAt(pod, 'status', 'conditions').some(
            (item) => isObject(item) && item['type'] === 'Ready' && item['status'] === 'True',
          );
          if (scheduled && !ready && stringAt(pod, 'status', 'podIP') !== undefined) {
            const name = stringAt(pod, 'metadata', 'name') ?? '';
            const conditions = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'True' }));
            await this.api
              .send({
                method: 'PATCH',
                path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
                contentType: 'application/strategic-merge-patch+json',
                body: { status: { phase: 'Running', conditions } },
              })
              .catch(() => undefined);
          }
        }
        await new Promise((done) => setTimeout(done, 200));
      }
    };
    const ended = loop();
    return async () => {
      going = false;
      await ended;
    };
  }

  close(): void {
    this.ends.abort();
  }
}

export interface Run {
  /** Operations by resource name, e.g. `{ web: 'update' }`; unchanged ones are left out. */
  readonly operations: Record<string, string>;
  /** Detailed diff paths by resource name. */
  readonly paths: Record<string, Record<string, string>>;
  /** Everything the engine printed. */
  readonly text: string;
  readonly error?: string;
}

/** Asked for its version once, not for every stack. */
const engineCommand = PulumiCommand.get({ skipVersionCheck: true });

/**
 * After every update the API asks the engine for the stack's outputs, twice, and its history: three processes, which take
 * as long as the update of a test does. A test that wants outputs reads the state.
 */
function sparing(stack: Stack): Stack {
  stack.outputs = () => Promise.resolve({});
  stack.history = () => Promise.resolve([]);
  return stack;
}

/** A stack of the test's own, on a local backend in a folder that goes with it. */
export class TestStack {
  private constructor(
    readonly namespace: string,
    private readonly stack: Stack,
    private readonly folder: string,
    private readonly cluster: Cluster,
  ) {}

  static async create(cluster_: Cluster, env: Record<string, string> = {}): Promise<TestStack> {
    const folder = mkdtempSync(join(tmpdir(), 'provider-test-'));
    const namespace = `t-${randomBytes(4).toString('hex')}`;
    await cluster_.apply(`/api/v1/namespaces/${namespace}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'test', projectName: 'provider-test', program: () => Promise.resolve() },
      {
        pulumiCommand: await engineCommand,
        workDir: folder,
        envVars: {
          PATH: `${pluginFolder()}${delimiter}${process.env['PATH'] ?? ''}`,
          KUBECONFIG: cluster().kubeconfig,
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_HOME: join(folder, 'home'),
          PULUMI_CONFIG_PASSPHRASE: 'test',
          PULUMI_SKIP_UPDATE_CHECK: 'true',
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
          ...env,
        },
        projectSettings: {
          name: 'provider-test',
          runtime: { name: 'nodejs', options: { typescript: false } },
          backend: { url: `file://${folder}` },
        },
      },
    );
    return new TestStack(namespace, sparing(stack), folder, cluster_);
  }

  private async run(
    program: PulumiFn | undefined,
    start: (options: {
      onEvent: (event: EngineEvent) => void;
      onOutput: (text: string) => void;
    }) => Promise<unknown>,
  ): Promise<Run> {
    const operations: Record<string, string> = {};
    const paths: Record<string, Record<string, string>> = {};
    let text = '';
    let error: string | undefined;
    if (program !== undefined) this.stack.workspace.program = program;
    try {
      await start({
        onEvent: (event) => {
          const metadata = (event.resourcePreEvent ?? event.resOutputsEvent)?.metadata;
          if (metadata === undefined || !metadata.type.startsWith('kubernetes:')) return;
          const name = metadata.urn.split('::').at(-1)!;
          const op = String(metadata.op);
          if (op !== 'same' && op !== 'refresh' && !op.endsWith('-replacement') && op !== 'replace')
            operations[name] = op;
          if (op === 'replace') operations[name] = 'replace';
          if (op === 'delete-replaced' || op === 'create-replacement') operations[name] = 'replace';
          if (metadata.detailedDiff !== undefined && metadata.detailedDiff !== null) {
            const found = (paths[name] ??= {});
            for (const [path, change] of Object.entries(metadata.detailedDiff))
              found[path] = String(change.diffKind);
          }
        },
        onOutput: (part) => (text += part),
      });
    } catch (caught) {
      error = caught instanceof Error ? caught.message : String(caught);
    }
    return { operations, paths, text, ...(error === undefined ? {} : { error }) };
  }

  /**
   * Runs a script as the program, in a process of its own: components that are refused leave rejected promises behind,
   * which would fail the test run itself.
   */
  upScript(source: string): Promise<Run> {
    writeFileSync(join(this.folder, 'index.js'), source);
    writeFileSync(join(this.folder, 'package.json'), '{}');
    const packages = join(this.folder, 'node_modules');
    if (!existsSync(packages)) symlinkSync(join(ROOT, 'node_modules'), packages);
    this.stack.workspace.program = undefined;
    return this.run(undefined, (options) => this.stack.up(options));
  }

  up(program?: PulumiFn, signal?: AbortSignal): Promise<Run> {
    return this.run(program, (options) =>
      this.stack.up({ ...options, ...(signal === undefined ? {} : { signal }) }),
    );
  }
  preview(program?: PulumiFn): Promise<Run> {
    return this.run(program, (options) => this.stack.preview(options));
  }
  refresh(program?: PulumiFn): Promise<Run> {
    return this.run(program, (options) => this.stack.refresh(options));
  }
  destroy(): Promise<Run> {
    return this.run(undefined, (options) => this.stack.destroy(options));
  }

  /** Breaks the lock of an engine that is known to be dead. */
  async unlock(): Promise<void> {
    await this.stack.cancel();
  }

  /** The resource of that name as the state has it. */
  async state(name: string): Promise<JsonObject | undefined> {
    return (await this.states()).find((resource) => textAt(resource, 'urn').endsWith(`::${name}`));
  }
  async states(): Promise<JsonObject[]> {
    const exported = (await this.stack.exportStack()) as unknown as JsonObject;
    return listAt(exported, 'deployment', 'resources').filter(isObject);
  }
  /** The outputs of the program's last update. */
  async outputs(): Promise<JsonObject> {
    const root = (await this.states()).find((resource) => textAt(resource, 'type') === 'pulumi:pulumi:Stack');
    return objectAt(root, 'outputs');
  }
  /** Everything the engine wrote to disk for this stack: state, its backups, its history. */
  stored(): string {
    const texts = readdirSync(join(this.folder, '.pulumi'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    return texts.join('\n');
  }
  async setConfig(key: string, value: string): Promise<void> {
    await this.stack.setConfig(key, { value });
  }

  path(kind: string, name: string, api = '/api/v1'): string {
    return `${api}/namespaces/${this.namespace}/${kind}/${name}`;
  }

  async end(): Promise<void> {
    await this.cluster.remove(`/api/v1/namespaces/${this.namespace}`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One cluster and one stack a test, both gone after it. */
export function useStack(env: Record<string, string> = {}): {
  readonly stack: TestStack;
  readonly cluster: Cluster;
} {
  const held: { stack?: TestStack; cluster?: Cluster } = {};
  beforeEach(async () => {
    held.cluster = new Cluster();
    held.stack = await TestStack.create(held.cluster, env);
  });
  afterEach(async () => {
    await held.stack?.end();
    held.cluster?.close();
  });
  return {
    get stack() {
      return held.stack!;
    },
    get cluster() {
      return held.cluster!;
    },
  };
}

/** A program with one Service, which is waited for so many seconds. */
export const serviceProgram =
  (namespace: string, spec: k8s.types.input.core.v1.ServiceSpec, timeout = '3') =>
  (): Promise<void> => {
    const annotations = { 'pulumi.com/timeoutSeconds': timeout };
    new k8s.core.v1.Service('svc', { metadata: { name: 'svc', namespace, annotations }, spec });
    return Promise.resolve();
  };

export function labelsOf(object: JsonObject | undefined): JsonObject {
  return objectAt(object, 'metadata', 'labels');
}

export { pulumi };
