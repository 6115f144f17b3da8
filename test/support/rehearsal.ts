import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Platform } from '../../rehearsal/platform/platform';
import type { Engine } from '../../rehearsal/scenario/engine';
import { engineArgs, projectEngine } from '../../rehearsal/scenario/project-engine';
import { ReleaseRun, type ReleaseConfig, type RunArgs } from '../../rehearsal/scenario/release-run';
import { Timeline } from '../../rehearsal/scenario/timeline';
import { Traffic } from '../../rehearsal/scenario/traffic';
import {
  ensureTools,
  platformTools,
  testTools,
  type Toolchain,
  type ToolName,
} from '../../rehearsal/toolchain';
import type { Directory, PodIdentity } from '../../rehearsal/traffic';

const run = promisify(execFile);

/** How much is asked while a release runs. */
export type Load = Partial<Pick<RunArgs, 'sampleSize' | 'updateRate' | 'sampleRate'>>;

/** The platform that the test run shares, and what tests do with it. */
export interface SharedRehearsal {
  readonly platform: Platform;
  readonly toolchain: Toolchain;
  readonly traffic: Traffic;
  /** Bookinfo's program on a stack and a namespace of its own. */
  engine(name: string): Promise<Engine>;
  /** Has the platform layer install the definitions of the Gateway API, once: they stay for the tests after this one. */
  gatewayApi(): Promise<void>;
  release(engine: Engine, config: ReleaseConfig, load?: Load): ReleaseRun;
  /** What `istioctl analyze` says of all namespaces, but for its information. */
  analyze(): Promise<readonly { level: string; message: string }[]>;
  /** Runs a tool against the platform's API server and returns what it printed. */
  readonly tool: (
    name: ToolName,
    args: readonly string[],
    input?: string,
  ) => Promise<{ stdout: string; stderr: string }>;
}

/** The pods that a platform plays, by name, as answers are attributed by them. */
export async function podsOf(platform: Platform): Promise<Directory> {
  const pods = await platform.call<readonly ({ readonly name: string } & PodIdentity)[]>('GET', '/pods');
  return new Map(pods.map(({ name, service, version }) => [name, { service, version }]));
}

/** @throws Error where jest's global set-up did not start a platform */
export async function sharedRehearsal(): Promise<SharedRehearsal> {
  const rehearsalName = process.env.REHEARSAL_NAME;
  const platform = rehearsalName ? await Platform.find(rehearsalName) : undefined;
  if (!platform) throw new Error('no platform is running: run these tests by "make test"');
  const toolchain = await ensureTools([...platformTools, ...testTools], { progress: 'none' });
  const args = engineArgs(platform, toolchain);
  const traffic = new Traffic(platform);
  const tool: SharedRehearsal['tool'] = async (name, toolArgs, input) => {
    const running = run(toolchain.path(name), toolArgs, {
      env: { ...process.env, ...platform.environment() },
      maxBuffer: 64 * 2 ** 20,
    });
    if (input !== undefined) running.child.stdin?.end(input);
    return running;
  };
  return {
    platform,
    toolchain,
    traffic,
    async engine(stack) {
      const engine = await projectEngine(args, platform.paths.dir, stack);
      // The platform's own stack is shared; the namespace of a test belongs to the test's stack.
      engine.configure({
        'bookinfo:layers': ['platform', 'application', 'release'],
        'bookinfo:namespaces': [stack],
        'bookinfo:namespace': stack,
      });
      return engine;
    },
    async gatewayApi() {
      const definition = ['crd', 'httproutes.gateway.networking.k8s.io', '--ignore-not-found', '-o', 'name'];
      if ((await tool('kubectl', ['get', ...definition])).stdout !== '') return;
      const engine = await projectEngine(args, platform.paths.dir, 'gateway-api');
      engine.configure({
        'bookinfo:layers': ['platform'],
        'bookinfo:namespaces': ['gateway-api'],
        'bookinfo:gatewayApi': { crds: '$GATEWAY_API_CRDS' },
        ...Object.fromEntries(['namespace', 'release', 'step'].map((key) => [`bookinfo:${key}`, undefined])),
      });
      await engine.up();
    },
    release: (engine, release, load = {}) =>
      new ReleaseRun({
        ...{ engine, traffic, timeline: new Timeline(Date.now()), release },
        ...{ sampleSize: 600, ...load },
      }),
    async analyze() {
      // Exit code 79 says that something was found.
      const { stdout } = await tool('istioctl', ['analyze', '-A', '-o', 'json']).catch(
        (error: { code?: unknown; stdout?: string }) => {
          if (error.code !== 79) throw error as Error;
          return { stdout: error.stdout ?? '' };
        },
      );
      const findings = JSON.parse(stdout.trim() || '[]') as { level: string; message: string }[] | null;
      return (findings ?? []).filter(({ level }) => level !== 'Info');
    },
    tool,
  };
}
