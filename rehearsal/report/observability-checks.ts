import { check, type Check, type Measurement } from './check';
import type { Report } from './model';

/** Traces below which "all whole" says too little. */
const MIN_TRACES = 50;
/**
 * Points by which a share told by scraped metrics may differ from the one that the load counted. Both count the same
 * requests but for those that were under way while the pods were scraped, one after the other; two samples of 2000 that had
 * nothing in common would differ by more than this in one case of twenty, at weight 50.
 */
const MAX_SCRAPED_DIFFERENCE = 3;
/** Seconds of the platform layer's first update on 2 cores. */
const MAX_PLATFORM_SECONDS = 90;

const none = { about: 'correctness', relation: 'at most', bound: 0 } as const;

/** Versions of the service under release that answered and left no span: in APM they would not be there. */
function untracedVersions(report: Report): string[] {
  const seen = report.traces?.perService[report.service] ?? {};
  const answered = new Set(
    report.steps.flatMap(({ observed }) =>
      Object.entries(observed).flatMap(([version, n]) => (n > 0 ? [version] : [])),
    ),
  );
  return [...answered].filter((version) => !seen[version]);
}

function traceChecks(report: Report): Check[] {
  const { traces } = report;
  if (!traces) return [];
  const reasons = Object.entries(traces.reasons ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${reason} (${n})`);
  const missing = untracedVersions(report);
  return [
    check(
      { id: 'traces', name: 'Sampled traces that are not whole', unit: 'traces', ...none },
      [{ value: traces.broken, where: reasons.join('; ') }],
      '',
    ),
    check(
      {
        ...{ id: 'trace-count', name: 'Whole traces behind that', unit: 'traces' },
        ...{ about: 'correctness', relation: 'at least', bound: MIN_TRACES },
      },
      [{ value: traces.whole, where: `of ${traces.sampled}` }],
      '',
    ),
    check(
      { id: 'trace-versions', name: 'Versions that answered and left no span', unit: 'versions', ...none },
      [{ value: missing.length, where: missing.join(', ') }],
      '',
    ),
  ];
}

const collectorCheck = (problems: readonly string[]): Check =>
  check(
    { id: 'collectors', name: 'Settings that DataKit would ignore', unit: 'settings', ...none },
    [{ value: problems.length, where: problems[0] ?? '' }],
    '',
  );

function scrapeChecks({ scraped }: Report): Check[] {
  if (!scraped) return [];
  const differences = scraped.shares.map(({ counted, scraped: told, step }): Measurement => ({
    value: told === null ? null : Math.abs(told - counted) * 100,
    where: `step ${step}`,
  }));
  return [
    check(
      {
        ...{ id: 'scraped-share', name: 'Scraped share off the counted one', unit: 'points' },
        ...{ about: 'correctness', relation: 'at most', bound: MAX_SCRAPED_DIFFERENCE },
      },
      differences,
      'no step was scraped',
    ),
    ...(scraped.problems ? [collectorCheck(scraped.problems)] : []),
  ];
}

function platformChecks({ platform }: Report): Check[] {
  if (!platform) return [];
  return [
    check(
      { id: 'platform-again', name: 'Changes by a second update of the platform', unit: 'changes', ...none },
      [{ value: platform.secondUpChanges, where: `of ${platform.objects} objects` }],
      '',
    ),
    check(
      {
        ...{ id: 'platform-seconds', name: 'First update of the platform', unit: 's' },
        ...{ about: 'speed', relation: 'at most', bound: MAX_PLATFORM_SECONDS },
      },
      [{ value: platform.upSeconds, where: '' }],
      '',
    ),
  ];
}

function edgeChecks({ edge }: Report): Check[] {
  if (!edge) return [];
  return [
    check(
      { id: 'edge-snippet', name: 'Pages of the edge without the RUM snippet', unit: 'pages', ...none },
      edge.pages === 0 ? [] : [{ value: edge.pages - edge.withSnippet, where: `of ${edge.pages}` }],
      'no page was loaded',
    ),
  ];
}

/** What must hold of monitoring, the platform and the edge; a run without one of them has no line for it. */
export const observabilityChecks = (report: Report): Check[] => [
  ...platformChecks(report),
  ...traceChecks(report),
  ...scrapeChecks(report),
  ...edgeChecks(report),
];
