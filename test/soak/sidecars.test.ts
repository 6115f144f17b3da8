import { Platform } from '../../rehearsal/platform/platform';
import { engineArgs, platformEngine, projectEngine } from '../../rehearsal/scenario/project-engine';
import { ReleaseRun, type ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { Timeline } from '../../rehearsal/scenario/timeline';
import { Traffic } from '../../rehearsal/scenario/traffic';
import { sidecarKinds } from '../../rehearsal/sidecar';
import { ensureTools, platformTools } from '../../rehearsal/toolchain';

const release: ReleaseConfig = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 50, 100],
};

// As root of the machine and in a user namespace, as anybody else has it: the kernel allows less there.
/** Only root can do without a user namespace. */
const ways = process.getuid?.() === 0 ? [true, false] : [true];

test.each(sidecarKinds.flatMap((sidecars) => ways.map((userNamespace) => ({ sidecars, userNamespace }))))(
  'a release loses no request with $sidecars sidecars, user namespace $userNamespace',
  async (how) => {
    const toolchain = await ensureTools(platformTools, { progress: 'none' });
    const name = `sidecars-${process.pid}-${how.sidecars}-${how.userNamespace ? 'user' : 'root'}`;
    const platform = await Platform.start({ name, toolchain, ...how });
    try {
      expect(platform.sidecars).toEqual({ kind: how.sidecars });
      const args = engineArgs(platform, toolchain);
      await (await platformEngine(args, platform.paths.dir)).up();
      const engine = await projectEngine(args, platform.paths.dir);
      const traffic = new Traffic(platform);
      const run = new ReleaseRun({
        ...{ engine, traffic, timeline: new Timeline(Date.now()), release },
        ...{ sampleSize: 600, sampleRate: 150 },
      });
      await run.move('baseline');
      await traffic.start({ ratePerSecond: 40, concurrency: 8 });
      for (const step of ['0', '50', '100', 'finished']) expect((await run.take(step)).failures).toBe(0);
      const { totals } = await traffic.snapshot();
      expect(totals.failures).toBe(0);
      expect(await platform.call<string[]>('GET', '/problems')).toEqual([]);
      await traffic.stop();
    } finally {
      await platform.stop();
    }
  },
);
