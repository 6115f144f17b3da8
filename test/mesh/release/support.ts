import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { environmentOf } from '../../../rehearsal/scenario/project-engine';
import type { Engine } from '../../../rehearsal/scenario/engine';
import { tally } from '../../../rehearsal/scenario/traffic';
import { projectRoot } from '../../../rehearsal/paths';
import type { Fault } from '../../../rehearsal/workloads';
import { clusterChoice } from '../../../release/cluster';
import { emitter, type ReleaseContext } from '../../../release/context';
import type { ReleaseEvent } from '../../../release/events';
import { connect, readReleaseStack } from '../../../release/settings';
import type { SharedRehearsal } from '../../support/rehearsal';

/** Gates of a test, which has seconds where a release has minutes. */
export const quickGates = {
  bake: '5s',
  longest: '20s',
  interval: '1s',
  minimumRequests: 60,
  errors: { unacceptable: 0.1 },
  latency: { warmUp: '1s' },
  pods: {},
  share: { tolerance: 0.02 },
} as const;

/** A release to try: Bookinfo on a stack, a namespace and a config file of its own, and commands on it. */
export class Trial {
  readonly events: ReleaseEvent[] = [];
  private readonly reports = mkdtempSync(join(tmpdir(), 'release-reports-'));

  private constructor(
    readonly rehearsal: SharedRehearsal,
    readonly stack: string,
    readonly engine: Engine,
  ) {}

  /** A stack with quick gates and nothing applied yet. */
  static async prepare(
    rehearsal: SharedRehearsal,
    stack: string,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Trial> {
    const engine = await rehearsal.engine(stack);
    engine.configure({
      'bookinfo:release': {
        service: 'reviews',
        stable: { version: 'v1' },
        canary: { version: 'v2' },
        steps: [0, 10, 50, 100],
      },
      'bookinfo:step': 'baseline',
      'bookinfo:metrics': { envoy: {} },
      'bookinfo:gates': quickGates,
      ...config,
    });
    return new Trial(rehearsal, stack, engine);
  }

  /** Brings Bookinfo up at its baseline. */
  static async start(
    rehearsal: SharedRehearsal,
    stack: string,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Trial> {
    const trial = await Trial.prepare(rehearsal, stack, config);
    await trial.engine.up();
    return trial;
  }

  /** The variables of a shell in which a person would work on this rehearsal. */
  get env(): Record<string, string | undefined> {
    const settings = join(this.reports, 'policies.yaml');
    const policies = join(projectRoot(), 'policies', 'config');
    const own = parse(readFileSync(join(policies, 'rehearsal-platform.yaml'), 'utf8')) as { extends: string };
    // Of a name that says nothing the policies take the strictest view; this is a rehearsal.
    writeFileSync(settings, stringify({ ...own, extends: join(policies, own.extends) }));
    return {
      ...process.env,
      ...environmentOf(this.rehearsal.platform, this.rehearsal.toolchain),
      BOOKINFO_POLICY_SETTINGS: settings,
    };
  }

  /** A context of a command on this stack, as the command line makes it; its events are kept here. */
  context(signal: AbortSignal = new AbortController().signal): ReleaseContext {
    const { env, stack, engine } = this;
    const place = { projectDir: projectRoot(), project: 'bookinfo', stack, configFile: engine.configFile };
    const cluster = clusterChoice(() => Promise.resolve({}), { env, folder: place.projectDir });
    const clock = {
      now: Date.now,
      sleep: async (milliseconds: number, during?: AbortSignal) => {
        await sleep(milliseconds, undefined, { signal: during }).catch(() => during?.throwIfAborted());
      },
    };
    return {
      ...place,
      settings: connect(readReleaseStack(place), 'reviews', { env, cluster, secrets: {} }),
      cluster,
      env,
      clock,
      signal,
      emit: emitter(stack, clock, (event) => this.events.push(event)),
      by: { user: 'tester', host: 'here' },
      reportDir: this.reports,
    };
  }

  fault(version: string, fault: Fault): Promise<void> {
    const selector = { service: 'reviews', version, namespace: this.stack };
    return this.rehearsal.platform.call('POST', '/faults', { selector, fault });
  }

  clearFaults(): Promise<void> {
    return this.rehearsal.platform.call('POST', '/faults/clear');
  }

  /** What the load has seen since a moment. */
  async since(from: number) {
    return tally((await this.rehearsal.traffic.snapshot(from)).buckets, from, Date.now());
  }

  /** The step that the config file names. */
  named(): unknown {
    return readReleaseStack({
      projectDir: projectRoot(),
      project: 'bookinfo',
      stack: this.stack,
      configFile: this.engine.configFile,
    }).steps.reviews;
  }

  /** The step that the stack remembers. */
  async applied(): Promise<unknown> {
    const outputs = (await this.engine.outputs()) as { release: { reviews: { step: string } } };
    return outputs.release.reviews.step;
  }

  /** The phases that were gone through since the events were cleared, in their order. */
  phases(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'phase' && event.state !== 'started' ? [`${event.phase} ${event.state}`] : [],
    );
  }

  /** What the engine's history says of the last update. */
  async lastMessage(): Promise<string> {
    const args = [
      '--cwd',
      projectRoot(),
      'stack',
      'history',
      '--stack',
      this.stack,
      '--json',
      '--page-size',
      '1',
    ];
    const { stdout } = await this.rehearsal.tool('pulumi', args);
    return (JSON.parse(stdout) as { message: string }[])[0]?.message ?? '';
  }

  async kubectl(...args: string[]): Promise<string> {
    return (await this.rehearsal.tool('kubectl', [...args, '-n', this.stack])).stdout;
  }

  /** Whether a plain preview finds nothing to do. */
  async previewIsClean(): Promise<boolean> {
    return (await this.engine.preview()).changed.length === 0;
  }
}
