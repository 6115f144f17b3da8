import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appliedRelease, readStep, type Release } from '../../../../components/canary/pure';
import type { AppliedObject, Capacity, LiveObject, RoutingObjects } from '../../../../release/cluster';
import { emitter, type ReleaseContext } from '../../../../release/context';
import { EngineFailure, type EngineResult, type StackState } from '../../../../release/engine';
import type { ReleaseEvent } from '../../../../release/events';
import { resolveGateSettings } from '../../../../release/gates';
import type { HeldLock, LockPlace, LockRecord } from '../../../../release/lock';
import type { Evidence, Look, MetricSource, QueryAnswer } from '../../../../release/metrics';
import type { Ports } from '../../../../release/sequence';
import { CLUSTER_TAG } from '../../../../release/sequence/clusterIdentity';
import { judgedTag } from '../../../../release/sequence/verdicts';
import { readReleaseStack } from '../../../../release/settings';

const release: Release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 50, 100],
};

/** The spec of routes that give each version its weight, as the planner writes it. */
export const routesOf = (weights: Readonly<Record<string, number>>) => ({
  hosts: ['reviews'],
  http: [
    {
      name: 'default',
      route: Object.entries(weights).map(([subset, weight], _, all) => ({
        destination: { host: 'reviews', subset },
        ...(all.length === 1 ? {} : { weight }),
      })),
    },
  ],
});

/**
 * A world in which a release can be tried without an engine, a cluster or waiting: everything that was done to it is
 * written down in `calls`.
 */
export class World {
  readonly calls: string[] = [];
  readonly events: ReleaseEvent[] = [];
  /** What the updates say in the stack's history. */
  readonly messages: string[] = [];
  /** The step that the stack remembers. */
  step: string | undefined = 'baseline';
  canary = 'v2';
  /** Changed by each update; tells one taking of a step from the next. */
  since = 0;
  tags: Record<string, string> = { [CLUSTER_TAG]: 'this-cluster' };
  pending: StackState['pending'] = [];
  /** What runs; follows the updates unless it was set by hand. */
  live: unknown = routesOf({ v1: 100 });
  /** Who else has written the routes. */
  editor: string | undefined = 'kubectl-edit';
  capacities: Capacity[] = [{ ready: 1, wanted: 1 }];
  proxiesHave: 'the routes' | 'nothing' = 'the routes';
  /** Share of errors of the canary; undefined where the source knows nothing. */
  errors: number | undefined = 0;
  /** What the source remembers of v1 before a moment in the past; undefined where it cannot be read. */
  before: { readonly requests: number; readonly errors: number } | undefined = {
    requests: 5_000,
    errors: 10,
  };
  /** What comes of a Job. */
  job: 'running' | 'complete' | 'failed' = 'complete';
  /** What the source answers to a query of the stack's own. */
  answer: (query: string) => QueryAnswer = () => ({ kind: 'value', value: 1 });
  /** The stack's gates. */
  gates: Readonly<Record<string, unknown>> = { bake: '30s', interval: '5s', pods: {} };
  /** Requests that come between two looks, by all users. */
  requests = 1_000;
  /** What routes requests in the cluster. */
  roads: RoutingObjects['objects'] = [];
  /** What tells the cluster from others. */
  identity: string | undefined = 'this-cluster';
  /** The provider of the routes, and their uid in the state. */
  provider: string | undefined;
  uid: string | undefined;
  /** Whether Istio is installed. */
  hasMesh = true;
  silentAfterRollback = true;
  /** Whether the cluster shows that the engine's provider applied the routes. */
  showsManager = false;
  /** The versions that routes can lead to. */
  targets: readonly string[] = ['v1', 'v2'];
  refuse: Partial<Record<'preview' | 'up' | 'routeBack' | 'job', Error>> = {};
  onCall: (call: string) => void = () => undefined;
  readonly abort = new AbortController();
  readonly configFile: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'release-world-'));
  /** How long a lock lasts that its holder does not renew, milliseconds; undefined where it does not expire. */
  lockLasts: number | undefined;
  private held: LockRecord | undefined;
  private time = Date.parse('2026-11-21T12:00:00Z');
  private readonly lockPlace: LockPlace;

  constructor() {
    this.configFile = join(this.folder, 'Pulumi.prod.yaml');
    writeFileSync(
      this.configFile,
      [
        'config:',
        '  bookinfo:layers: [application, release]',
        '  bookinfo:namespace: prod',
        '  bookinfo:release:',
        '    service: reviews',
        '    stable: { version: v1 }',
        '    canary: { version: v2 }',
        '    steps: [0, 10, 50, 100]',
        '  bookinfo:step: baseline # the step',
        '',
      ].join('\n'),
    );
    this.lockPlace = {
      describe: 'the lock',
      create: (record) => {
        if (this.held !== undefined) return Promise.resolve(false);
        this.held = record;
        return Promise.resolve(true);
      },
      read: () =>
        Promise.resolve(
          this.held === undefined
            ? undefined
            : {
                kind: 'record',
                record: this.held,
                token: this.held.id,
                expiresAfter: this.lockLasts,
              },
        ),
      remove: (token) => {
        const mine = this.held?.id === token;
        if (mine) this.held = undefined;
        return Promise.resolve(mine);
      },
    };
  }

  get isLocked(): boolean {
    return this.held !== undefined;
  }

  hold(record: Partial<LockRecord> = {}): HeldLock['record'] {
    return (this.held = {
      ...{ schema: 1, id: 'other', stack: 'prod', operation: 'advance', owner: 'bob', host: 'there', pid: 7 },
      takenAt: '2026-11-21T11:00:00Z',
      ...record,
    } as LockRecord);
  }

  /** The step that the config file names, and the whole file. */
  get named(): string | undefined {
    return /bookinfo:step: "?(\w+)"?/.exec(this.config)?.[1];
  }

  get config(): string {
    return readFileSync(this.configFile, 'utf8');
  }

  configure(change: (text: string) => string): void {
    writeFileSync(this.configFile, change(this.config));
  }

  /** Says that the step the stack remembers has passed its gate. */
  pass(): void {
    const judged = {
      ...{ service: 'reviews', canary: this.canary, step: this.step, verdict: 'pass' },
      since: this.state().since,
    };
    this.tags[judgedTag('reviews')] = JSON.stringify(judged);
  }

  /** Brings the world to a step that was applied and judged before. */
  at(step: string): this {
    this.step = step;
    this.since += 1;
    this.live = routesOf(this.weights());
    this.pass();
    this.configure((text) => text.replace(/bookinfo:step: "?\w+"?/, `bookinfo:step: "${step}"`));
    return this;
  }

  phases(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'phase' && event.state !== 'started' ? [`${event.phase} ${event.state}`] : [],
    );
  }

  notes(): string {
    return this.events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])).join('\n');
  }

  context(): ReleaseContext {
    const clock = {
      now: () => this.time,
      sleep: (milliseconds: number, signal?: AbortSignal) => {
        this.time += milliseconds;
        signal?.throwIfAborted();
        return Promise.resolve();
      },
    };
    return {
      ...{ projectDir: this.folder, project: 'bookinfo', stack: 'prod', configFile: this.configFile },
      settings: {
        gates: resolveGateSettings(this.gates),
        metrics: () => this.source(),
        lock: this.lockPlace,
        convergence: { by: 'proxies', timeoutMs: 5_000, intervalMs: 250 },
        notifiers: [],
      },
      env: {},
      cluster: () => Promise.reject(new Error('the kubeconfig was asked for')),
      clock,
      signal: this.abort.signal,
      emit: emitter('prod', clock, (event) => this.events.push(event)),
      by: { user: 'alice', host: 'here' },
      reportDir: join(this.folder, 'report'),
    };
  }

  private weights(): Readonly<Record<string, number>> {
    return this.state().weights;
  }

  private state() {
    const step = readStep(this.step) ?? 'baseline';
    return appliedRelease(
      { ...release, canary: { version: this.canary } },
      step,
      new Date(this.since * 1_000).toISOString(),
    );
  }

  private call(name: string): void {
    this.calls.push(name);
    this.onCall(name);
    this.abort.signal.throwIfAborted();
  }

  private result(changed: readonly string[] = ['urn:reviews']): EngineResult {
    return { seconds: 1, startedAt: this.time, endedAt: this.time, changed };
  }

  private update(configFile: string): EngineResult {
    const { steps, releases } = readReleaseStack({
      ...{ projectDir: this.folder, project: 'bookinfo', stack: 'prod', configFile },
    });
    this.step = String(steps.reviews);
    this.canary = releases[0]!.canary.version;
    this.since += 1;
    this.live = routesOf(this.weights());
    return this.result();
  }

  /** What the engine, the cluster and everything else are. */
  ports(): Ports {
    const engine: Ports['engine'] = {
      preview: ({ configFile, policyPack, plan }) => {
        this.call(
          `preview${policyPack === undefined ? '' : ' with policies'}${plan === undefined ? '' : ', plan'}`,
        );
        expect(configFile).not.toBe(this.configFile);
        if (this.refuse.preview !== undefined) throw this.refuse.preview;
        return Promise.resolve(this.result());
      },
      up: async ({ configFile, plan, targets = [], refresh, message }) => {
        await Promise.resolve();
        this.messages.push(message ?? '');
        const how = [plan && 'plan', targets.length > 0 && 'target', refresh && 'refresh'].filter(Boolean);
        this.call(['up', ...how].join(' '));
        if (this.refuse.up !== undefined) throw this.refuse.up;
        return this.update(configFile);
      },
      refresh: () => Promise.resolve(this.result()),
      state: () => Promise.resolve(this.exported()),
      tags: () => Promise.resolve(this.tags),
      setTag: (name, value) => {
        this.tags[name] = value;
        return Promise.resolve(true);
      },
      removeDeadLocks: () => 0,
      cancel: () => {
        this.calls.push('cancel');
        return Promise.resolve();
      },
      repair: () => {
        this.calls.push('repair');
        this.pending = [];
        return Promise.resolve();
      },
    };
    return {
      engine,
      lastEngine: engine,
      cluster: {
        identity: () => Promise.resolve(this.identity),
        routes: () => Promise.resolve({ objects: this.roads, everywhere: true }),
        serves: () => Promise.resolve(this.hasMesh),
        pods: () => Promise.resolve({ kind: 'pods', pods: [{ name: 'a', ready: true, restarts: 0 }] }),
        capacity: () =>
          Promise.resolve(this.capacities.length > 1 ? this.capacities.shift()! : this.capacities[0]!),
        isThere: () => Promise.resolve(true),
        read: ({ kind }) => Promise.resolve(kind === 'VirtualService' ? this.liveObject() : undefined),
        deployments: () => Promise.resolve([]),
        applied: ({ kind }) => Promise.resolve(this.appliedInCluster(kind)),
        routeBack: () => {
          this.call('routes back');
          if (this.refuse.routeBack !== undefined) throw this.refuse.routeBack;
          this.live = routesOf({ v1: 100 });
          // Whoever had edited them owns them no longer.
          this.editor = undefined;
          return Promise.resolve();
        },
        startJob: ({ name, env }) => {
          this.call(`job ${name} at ${env.RELEASE_WEIGHT}`);
          if (this.refuse.job !== undefined) throw this.refuse.job;
          return Promise.resolve({
            name,
            look: () => Promise.resolve({ state: this.job, detail: 'its pod exited with 1' }),
            remove: () => {
              this.calls.push(`job ${name} removed`);
              return Promise.resolve();
            },
          });
        },
        tryJob: () => Promise.resolve(),
        proxies: () =>
          Promise.resolve(
            this.proxiesHave === 'nothing'
              ? { state: 'behind', detail: 'it routes otherwise' }
              : { state: 'converged', proxies: 1 },
          ),
      },
      health: () => Promise.resolve({ kind: 'none', detail: 'not asked' }),
      machine: { host: 'here', bootId: 'boot', processStart: () => '1' },
    };
  }

  private exported(): StackState {
    const applied = this.step === undefined ? undefined : this.state();
    const urn = 'urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews';
    const inputs = {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
      metadata: { name: 'reviews', namespace: 'prod' },
      spec: routesOf(applied?.weights ?? {}),
    };
    return {
      resources:
        applied === undefined
          ? []
          : [
              {
                ...{ urn, type: 'kubernetes:networking.istio.io/v1:VirtualService', inputs },
                provider: this.provider,
                outputs: {
                  ...inputs,
                  metadata: { ...inputs.metadata, uid: this.uid },
                  __fieldManager: 'ours',
                },
              },
            ],
      outputs: applied === undefined ? {} : { release: { reviews: applied } },
      pending: this.pending,
      pendingCreations: [],
    };
  }

  /** The routes as the provider applied them; by default the cluster does not show that. */
  private appliedInCluster(kind: string): AppliedObject | undefined {
    if (!this.showsManager || this.live === undefined) return undefined;
    return {
      fieldManager: 'pulumi-kubernetes-1',
      object: {
        ...{ apiVersion: 'networking.istio.io/v1', kind },
        metadata: { name: 'reviews', namespace: 'prod' },
        spec:
          kind === 'VirtualService' ? this.live : this.targets.map((version) => ({ labels: { version } })),
      },
    };
  }

  private liveObject(): LiveObject | undefined {
    if (this.live === undefined) return undefined;
    return {
      metadata: {
        ...{ name: 'reviews', namespace: 'prod' },
        managedFields: [
          { manager: 'ours', fieldsV1: { 'f:spec': {} } },
          ...(this.editor === undefined
            ? []
            : [
                {
                  ...{ manager: this.editor, time: '2026-11-21T11:59:00Z' },
                  fieldsV1: { 'f:spec': { 'f:http': {} } },
                },
              ]),
        ],
      },
      spec: this.live,
    };
  }

  /** Counters that rise by a thousand requests a look, by the weights. */
  private source(): MetricSource {
    const measured = (version: string, requests: number, errors: number): Evidence => ({
      ...{ kind: 'measured', version, requests, errors, newestSample: this.time, series: 1, queries: [] },
      window: { from: 0, to: this.time },
      latency: { bounds: [10, 100], counts: [requests, 0, 0] },
    });
    const past = (from: number): Look => {
      this.calls.push(`history of ${(this.time - from) / 1_000} s`);
      const v1: Evidence =
        this.before === undefined
          ? { kind: 'none', version: 'v1', reason: 'unreachable', detail: 'it is down', queries: [] }
          : measured('v1', this.before.requests, this.before.errors);
      return { at: this.time, source: 'fake', evidence: { v1 } };
    };
    return {
      name: 'fake',
      describe: 'a fake',
      ask: ({ text }) => Promise.resolve(this.answer(text)),
      begin: (_, { after } = {}) => {
        if (after !== undefined) return Promise.resolve({ look: () => Promise.resolve(past(after.at)) });
        const counts: Record<string, number> = { v1: 0, [this.canary]: 0 };
        return Promise.resolve({
          look: (): Promise<Look> => {
            const { weights } = this.state();
            const noisy = !this.silentAfterRollback && this.calls.includes('routes back');
            for (const version of Object.keys(counts)) {
              counts[version]! += ((weights[version] ?? 0) * this.requests) / 100 + (noisy ? 10 : 0);
            }
            const one = ([version, count]: [string, number]): Evidence =>
              this.errors === undefined
                ? { kind: 'none', version, reason: 'unreachable', detail: 'it is down', queries: [] }
                : measured(version, count, version === 'v1' ? 0 : Math.round(count * this.errors));
            const evidence = Object.fromEntries(
              Object.entries(counts).map((entry) => [entry[0], one(entry)]),
            );
            return Promise.resolve({ at: this.time, source: 'fake', evidence });
          },
        });
      },
    };
  }
}

/** An engine whose update failed on a resource. */
export const failedOn = (...urns: string[]): EngineFailure =>
  new EngineFailure('up', 255, '', ['it failed'], [], urns);
