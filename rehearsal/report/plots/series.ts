import { versionsOf, type Report } from '../model';

/** A stretch of the run with its traffic, for one point of a plot. */
export interface Bin {
  /** Middle of the bin, seconds since the run began. */
  readonly t: number;
  /** Answers per second by version. */
  readonly rates: Readonly<Record<string, number>>;
  /** Failed requests per second. */
  readonly failures: number;
  /** The part of the answers that the version under release gave, per cent; null without any answer. */
  readonly share: number | null;
}

/** The canary's weight that was asked for from `t` on. */
export interface AskedWeight {
  readonly t: number;
  /** Per cent. */
  readonly weight: number;
}

/** All versions that answered, in order of their names: v2 before v10. */
export function versionsSeen(report: Report): string[] {
  const seen = new Set<string>();
  for (const window of report.rates?.windows ?? []) {
    for (const version of Object.keys(window.perVersion)) seen.add(version);
  }
  for (const version of Object.keys(report.latency ?? {})) seen.add(version);
  return [...seen].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** The version under release at each time: it changes when a newer canary supersedes the first. */
function canaryAt(report: Report): (t: number) => string {
  const changes = (report.timeline ?? []).flatMap((e) =>
    e.canary ? [{ t: e.seconds, canary: e.canary }] : [],
  );
  return (t) => changes.filter((change) => change.t <= t).at(-1)?.canary ?? versionsOf(report).canary;
}

/**
 * The traffic in at most `maxBins` bins of equal length, gaps filled with zero.
 * A page stays small and a line readable however long the run was.
 */
export function bins(report: Report, maxBins: number): Bin[] {
  const rates = report.rates;
  const first = rates?.windows[0];
  const last = rates?.windows.at(-1);
  if (!rates || !first || !last) return [];
  const windowsInAll = Math.round((last.t - first.t) / rates.windowSeconds) + 1;
  const width = rates.windowSeconds * Math.max(1, Math.ceil(windowsInAll / maxBins));
  const total = Math.floor((last.t - first.t) / width + 1e-6) + 1;
  const sums = Array.from(
    { length: total },
    (): { perVersion: Record<string, number>; failures: number } => ({
      perVersion: {},
      failures: 0,
    }),
  );
  for (const window of rates.windows) {
    const sum = sums[Math.floor((window.t - first.t) / width + 1e-6)];
    if (!sum) continue;
    sum.failures += window.failures;
    for (const [version, n] of Object.entries(window.perVersion)) {
      sum.perVersion[version] = (sum.perVersion[version] ?? 0) + n;
    }
  }
  const canary = canaryAt(report);
  return sums.map((sum, i) => {
    const start = first.t + i * width;
    const answers = Object.values(sum.perVersion).reduce((a, b) => a + b, 0);
    return {
      t: start + width / 2,
      rates: Object.fromEntries(Object.entries(sum.perVersion).map(([version, n]) => [version, n / width])),
      failures: sum.failures / width,
      share: answers === 0 ? null : (100 * (sum.perVersion[canary(start)] ?? 0)) / answers,
    };
  });
}

/** The weight asked for over time; it holds from the end of the update that set it. */
export function askedWeights(report: Report): AskedWeight[] {
  return (report.timeline ?? [])
    .flatMap((e) =>
      e.weight === undefined ? [] : [{ t: e.seconds + (e.tookSeconds ?? 0), weight: e.weight }],
    )
    .sort((a, b) => a.t - b.t);
}
