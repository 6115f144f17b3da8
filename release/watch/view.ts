import type { BadgeKind } from '../page';
import type { CheckEvidence } from '../report/evidence';
import type { ReleaseReport, ReportGate } from '../report/model';
import type { Course } from '../report/series';

/** A check as it stands, with how far its evidence has come. */
export type CheckNow = ReportGate['checks'][number] & { readonly evidence: CheckEvidence };

/** A step of the release on its way: taken, where it stands, still to come, or left because the canary was bad. */
export interface TrackStep {
  readonly name: string;
  readonly state: 'done' | 'here' | 'ahead' | 'left';
}

/** What is known of a version now. */
export interface VersionNow {
  readonly role: 'stable' | 'canary';
  readonly name: string;
  /** The weight that runs, per cent; undefined where the routes are not known. */
  readonly weight?: number;
  readonly requests?: number;
  readonly errors?: number;
  /** The gate's quantile, milliseconds. */
  readonly quantileMs?: number;
  readonly pods?: { readonly ready: number; readonly wanted: number };
}

/** A gate at work, or one that has decided. */
export interface GateNow {
  readonly at: string;
  readonly source: string;
  readonly looks: number;
  readonly checks: readonly CheckNow[];
  /** Quantile that its latencies are of, as a fraction. */
  readonly quantile?: number;
  /** How much of the time that it must watch is over, 0 to 1. */
  readonly elapsed: number;
  /** Where its numbers come from: the release's own gate, or this page's looks at the same source. */
  readonly counts: string;
}

/** Everything that the page and the terminal show of a release at one moment. */
export interface WatchView {
  readonly stack: string;
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** When all this was true, ISO 8601. */
  readonly at: string;
  readonly kind: BadgeKind;
  /** Where it stands, in a few words. */
  readonly standing: string;
  /** Why it stands there, or what it waits for, in a sentence. */
  readonly why: string;
  /** Who is at it, and since when; missing where no command runs. */
  readonly holder?: string;
  readonly track: readonly TrackStep[];
  readonly versions: readonly VersionNow[];
  readonly gate?: GateNow;
  /** What the plots are drawn of. */
  readonly course: Course;
  readonly events: ReleaseReport['events'];
  readonly links: readonly Link[];
  /** What was asked for and not answered, a sentence each. */
  readonly unknown: readonly string[];
}

export interface Link {
  readonly name: string;
  readonly href: string;
}

/** The steps with where the release stands among them. */
export function trackOf(
  steps: readonly string[],
  here: string,
  left?: { readonly from: string },
): readonly TrackStep[] {
  const at = steps.indexOf(here);
  return steps.map((name, index) => ({
    name,
    state: index === at ? 'here' : name === left?.from && index > at ? 'left' : index < at ? 'done' : 'ahead',
  }));
}

/** The canary's share of what both versions had, as a fraction; undefined where not both are known. */
export function shareNow(versions: readonly VersionNow[]): { share: number; total: number } | undefined {
  const [stable, canary] = (['stable', 'canary'] as const).map(
    (role) => versions.find((each) => each.role === role)?.requests,
  );
  if (stable === undefined || canary === undefined || stable + canary === 0) return undefined;
  return { share: canary / (stable + canary), total: stable + canary };
}

/** Where dashboards are, as the command line names them; `${from}`, `${to}`, `${service}` and the like are filled in. */
export interface Dashboards {
  readonly guance?: string;
  readonly grafana?: string;
}

/**
 * Links to dashboards for the window of a release, with some minutes before and after it. Grafana takes `from` and `to`, its
 * variables as `var-<name>` (grafana/grafana docs "Dashboard URL variables"); Guance takes `time` with both ends.
 */
export function dashboardLinks(
  { guance, grafana }: Dashboards,
  about: Pick<WatchView, 'service' | 'stable' | 'canary'> & { readonly from: number; readonly to: number },
): readonly Link[] {
  const margin = 300_000;
  const [from, to] = [about.from - margin, about.to + margin];
  const withQuery = (base: string, query: Readonly<Record<string, string>>): string => {
    const url = new URL(base);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url.href;
  };
  return [
    ...(guance === undefined ? [] : [{ name: 'Guance', href: withQuery(guance, { time: `${from},${to}` }) }]),
    ...(grafana === undefined
      ? []
      : [
          {
            name: 'Grafana',
            href: withQuery(grafana, {
              from: String(from),
              to: String(to),
              'var-service': about.service,
              'var-stable': about.stable,
              'var-canary': about.canary,
            }),
          },
        ]),
  ];
}
