import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appliedRelease, type Release, type Step } from '../../../../components/canary/pure';
import type { LiveObject } from '../../../../release/cluster';
import type { ReleaseContext } from '../../../../release/context';
import type { StackState } from '../../../../release/engine';
import type { BareEvent } from '../../../../release/events';
import { resolveGateSettings } from '../../../../release/gates';
import type { LockPlace } from '../../../../release/lock';
import type { Ports } from '../../../../release/sequence';

const release: Release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 50, 100],
};

/** The spec of routes by weight, as the cluster tells it. */
export const routes = (weights: Readonly<Record<string, number>>) => ({
  hosts: ['reviews'],
  http: [
    {
      route: Object.entries(weights).map(([subset, weight]) => ({
        destination: { host: 'reviews', subset },
        weight,
      })),
    },
  ],
});

export function live(spec: unknown, managers: readonly string[] = ['pulumi-kubernetes']): LiveObject {
  return {
    metadata: {
      name: 'reviews',
      managedFields: managers.map((manager) => ({ manager, fieldsV1: { 'f:spec': {} } })),
    },
    spec,
  };
}

/** The state of a stack that stands at a step. */
export function stateAt(step: Step | undefined): StackState {
  const applied =
    step === undefined ? {} : { reviews: appliedRelease(release, step, '2026-11-21T12:00:00.000Z') };
  return { resources: [], outputs: { release: applied }, pending: [], pendingCreations: [] };
}

export const freeLock: LockPlace = {
  describe: 'lease release-prod',
  create: () => Promise.resolve(true),
  read: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(true),
};

/** A project with one stack in a folder that goes with the test. */
export function project(step = '10') {
  const dir = mkdtempSync(join(tmpdir(), 'commands-'));
  writeFileSync(join(dir, 'Pulumi.yaml'), 'name: bookinfo\nruntime: nodejs\n');
  const configFile = join(dir, 'Pulumi.prod.yaml');
  writeFileSync(
    configFile,
    `config:
  bookinfo:layers: [application, release]
  bookinfo:namespace: prod
  bookinfo:release: { service: reviews, stable: { version: v1 }, canary: { version: v2 }, steps: [0, 10, 50, 100] }
  bookinfo:step: "${step}"
`,
  );
  return { dir, configFile, end: () => rmSync(dir, { recursive: true, force: true }) };
}

export function contextIn(
  { dir, configFile }: { readonly dir: string; readonly configFile: string },
  more: Partial<ReleaseContext['settings']> = {},
): { readonly context: ReleaseContext; readonly events: BareEvent[] } {
  const events: BareEvent[] = [];
  return {
    events,
    context: {
      projectDir: dir,
      project: 'bookinfo',
      stack: 'prod',
      configFile,
      settings: {
        gates: resolveGateSettings(undefined),
        metrics: () => {
          throw new Error('not asked');
        },
        lock: freeLock,
        convergence: { by: 'share', timeoutMs: 1_000, intervalMs: 10 },
        notifiers: [],
        ...more,
      },
      env: {},
      cluster: () => Promise.reject(new Error('the kubeconfig was asked for')),
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      clock: { now: Date.now, sleep: () => Promise.resolve() },
      by: { user: 'alice', host: 'build-7' },
    },
  };
}

const unasked = (what: string) => () => Promise.reject(new Error(`${what} was asked`));

/** Ports that answer what a test says and refuse everything else: a command that only looks must change nothing. */
export function portsOf(parts: {
  readonly engine?: Partial<Ports['engine']>;
  readonly cluster?: Partial<Ports['cluster']>;
}): Ports {
  const engine: Ports['engine'] = {
    preview: unasked('preview'),
    up: unasked('up'),
    refresh: unasked('refresh'),
    state: () => Promise.resolve(stateAt(undefined)),
    tags: () => Promise.resolve({}),
    setTag: unasked('setTag'),
    removeDeadLocks: () => {
      throw new Error('removeDeadLocks was asked');
    },
    cancel: unasked('cancel'),
    repair: unasked('repair'),
    ...parts.engine,
  };
  return {
    engine,
    lastEngine: engine,
    cluster: {
      identity: () => Promise.resolve('a-cluster'),
      read: () => Promise.resolve(undefined),
      routes: () => Promise.resolve({ objects: [], everywhere: true }),
      pods: unasked('pods'),
      capacity: () => Promise.resolve({ ready: 1, wanted: 1 }),
      isThere: unasked('isThere'),
      proxies: unasked('proxies'),
      ...parts.cluster,
    },
    health: unasked('health'),
    machine: { host: 'build-7', bootId: 'boot', processStart: () => '1' },
  } as unknown as Ports;
}
