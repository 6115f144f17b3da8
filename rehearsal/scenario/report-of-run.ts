import { availableParallelism, totalmem } from 'node:os';
import type { Report } from '../report';
import type { Sidecars } from '../sidecar';
import type { UpdateResult } from './engine';
import type { RehearseArgs } from './on-platform';
import { ratesOf } from './rates';
import type { Timeline } from './timeline';
import { toolVersions } from './tools';
import type { LoadSnapshot } from './traffic';

/** What was seen of a run whose traffic has ended. */
interface Ended {
  readonly provider: Report['provider'];
  readonly sidecars: Sidecars;
  readonly timeline: Timeline;
  readonly load: LoadSnapshot;
  /** The platform's layer where the program installed it: the first update, and the last, which is to change nothing. */
  readonly layer?: { readonly installed: UpdateResult; readonly again: UpdateResult };
}

const platformOf = ({ again, installed }: NonNullable<Ended['layer']>) => ({
  upSeconds: installed.seconds,
  secondUpChanges: again.changed.length,
  objects: installed.changed.filter((urn) => urn.includes('kubernetes:')).length,
});

/** What every report tells of its run, whatever was released and where. */
export const reportOfRun = (
  { startedAt, toolchain, warm }: RehearseArgs,
  { layer, load, provider, sidecars, timeline }: Ended,
) => ({
  schema: 1 as const,
  startedAt: new Date(startedAt).toISOString(),
  provider,
  sidecars,
  tools: toolVersions(toolchain),
  machine: {
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  },
  totals: load.totals,
  latency: load.latency,
  timeline: timeline.events,
  rates: ratesOf(load.buckets, startedAt),
  ...(layer === undefined ? {} : { platform: platformOf(layer) }),
  warm,
  seconds: (Date.now() - startedAt) / 1000,
});
