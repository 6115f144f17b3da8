import { toCumulative } from '../histogram';
import type { Rises } from '../counting/tally';
import type { Look, Moment, Scope, Unattributed } from '../model';
import { SourceTrouble } from '../trouble';
import { boundOf, type MetricNames } from './names';
import type { Outcome } from './outcome';
import type { Versions } from './version';

/** What is known of one version since the beginning. */
export interface VersionSum {
  requests: number;
  errors: number;
  /** Of the errors, those whose series lack the label that tells how they ended. */
  unclear: number;
  attributed: number;
  /** Counters of this version at the newest look, and whether there ever were any. */
  series: number;
  seen: boolean;
  /** Cumulative buckets by the set of bounds that a proxy keeps: proxies need not keep the same. */
  readonly buckets: Map<string, Map<number, number>>;
}

export interface ReadAs {
  readonly names: MetricNames;
  readonly versions: Versions;
  readonly outcome: (labels: Readonly<Record<string, string>>) => Outcome;
}

const isMet = (labels: Readonly<Record<string, string>>, flagsLabel: string | undefined): boolean =>
  flagsLabel !== undefined && (labels[flagsLabel] ?? '').split(',').includes('UH');

/** Running sums of an observation, by version. */
export class Sums {
  private readonly byVersion = new Map<string, VersionSum>();
  private readonly unknown = new Map<string, number>();
  private unknownRequests = 0;
  private unknownErrors = 0;
  private emptyBefore: string | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly as: ReadAs,
    after?: Pick<Look, 'evidence' | 'unattributed'>,
  ) {
    for (const version of scope.versions) {
      const kept = after?.evidence[version];
      const {
        requests,
        errors,
        attributed = 0,
        latency,
      } = kept?.kind === 'measured' ? kept : { requests: 0, errors: 0, latency: undefined };
      const buckets = new Map<string, Map<number, number>>();
      this.byVersion.set(version, {
        requests,
        errors,
        unclear: 0,
        attributed,
        series: 0,
        seen: requests > 0,
        buckets,
      });
      if (latency !== undefined) this.boundsOf(version, toCumulative(latency));
    }
    this.unknownRequests = after?.unattributed?.requests ?? 0;
    this.unknownErrors = after?.unattributed?.errors ?? 0;
    if (this.unknownRequests > 0) this.unknown.set('before this command', this.unknownRequests);
  }

  of(version: string): VersionSum {
    return this.byVersion.get(version)!;
  }

  add({ requests, buckets }: Rises, moment: Moment = {}): void {
    const without = moment.withoutPods ?? [];
    const empty =
      without.length === 1 && without.length < this.scope.versions.length ? without[0] : undefined;
    // What rose since the look before came with pods as they were then, too.
    const since = empty === this.emptyBefore ? empty : undefined;
    this.emptyBefore = empty;
    for (const sum of this.byVersion.values()) sum.series = 0;
    for (const { labels } of requests) this.as.versions.learn(labels);
    for (const { labels, rise } of requests) this.addRequests(labels, rise, since);
    this.addBuckets(buckets);
  }

  private addRequests(
    labels: Readonly<Record<string, string>>,
    rise: number,
    empty: string | undefined,
  ): void {
    const { versions, outcome, names } = this.as;
    const owner = versions.ownerOf(labels);
    if (owner.kind === 'other') return;
    const ended = outcome(labels);
    const byPods = owner.kind === 'unknown' && empty !== undefined && isMet(labels, names.flagsLabel);
    if (owner.kind === 'unknown' && !byPods) {
      this.unknownRequests += rise;
      // What cannot be told apart is no success.
      if (ended !== 'success') this.unknownErrors += rise;
      const flag = labels[names.flagsLabel ?? ''] ?? '';
      const what = `${labels[names.codeLabel] ?? 'no code'}${flag === '' || flag === '-' ? '' : ` ${flag}`}`;
      if (rise > 0) this.unknown.set(what, (this.unknown.get(what) ?? 0) + rise);
      return;
    }
    const sum = this.of(owner.kind === 'unknown' ? empty! : owner.version);
    sum.series += 1;
    sum.seen = true;
    sum.requests += rise;
    if (ended !== 'success') sum.errors += rise;
    if (ended === 'unclear') sum.unclear += rise;
    if (owner.kind !== 'named') sum.attributed += rise;
  }

  private addBuckets(buckets: Rises['buckets']): void {
    const byProxy = new Map<string, { version: string; bounds: Map<number, number> }>();
    for (const { labels, rise, proxy } of buckets) {
      const owner = this.as.versions.ownerOf(labels);
      if (owner.kind === 'other' || owner.kind === 'unknown') continue;
      const bound = boundOf(this.as.names, labels);
      if (bound === undefined) throw new SourceTrouble('garbage', 'a latency bucket has no bound');
      const key = `${owner.version} ${proxy}`;
      const known = byProxy.get(key) ?? { version: owner.version, bounds: new Map<number, number>() };
      byProxy.set(key, known);
      known.bounds.set(bound, (known.bounds.get(bound) ?? 0) + rise);
    }
    for (const { version, bounds } of byProxy.values()) {
      this.boundsOf(version, bounds);
    }
  }

  private boundsOf(version: string, rises: ReadonlyMap<number, number>): void {
    const { buckets } = this.of(version);
    const key = [...rises.keys()].sort((a, b) => a - b).join();
    const sums = buckets.get(key) ?? new Map<number, number>();
    buckets.set(key, sums);
    for (const [bound, rise] of rises) sums.set(bound, (sums.get(bound) ?? 0) + rise);
  }

  unattributed(): Unattributed {
    const parts = [...this.unknown].sort(([, a], [, b]) => b - a).slice(0, 5);
    const detail =
      parts.length === 0
        ? 'every request has a version'
        : `${parts.map(([what, count]) => `${count} with ${what}`).join(', ')}: their series name no version`;
    return { requests: this.unknownRequests, errors: this.unknownErrors, detail };
  }
}
