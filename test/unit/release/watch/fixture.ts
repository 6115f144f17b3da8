import { feed, resolveGateSettings, startBake } from '../../../../release/gates';
import type { Evidence } from '../../../../release/metrics';
import { gateReport, type ReleaseReport } from '../../../../release/report';
import type { ReportGate } from '../../../../release/report/model';
import { evidenceAtLook } from '../../../../release/report/evidence';
import type { WatchView } from '../../../../release/watch';

const T0 = Date.parse('2026-11-21T12:00:00.000Z');
const iso = (at: number): string => new Date(at).toISOString();

/** How a played version behaves: its part of failures, and by which it is slower than 40 ms. */
interface Behaviour {
  readonly failing: number;
  readonly slower: number;
}

const settings = resolveGateSettings({ bake: '60s', interval: '5s', latency: {}, share: {} });
const RATE = 120;

/** Numbers that scatter a little and are the same each time. */
const scatter = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43_758.5453) % 1;

function measured(
  version: string,
  at: number,
  from: number,
  requests: number,
  { failing, slower }: Behaviour,
): Evidence {
  const errors = Math.floor(requests * failing);
  const late = Math.floor(requests * (0.008 + slower / 10));
  return {
    kind: 'measured',
    version,
    window: { from, to: at },
    requests,
    errors,
    latency: {
      bounds: [25, 50, 100, 250],
      counts: [Math.floor(requests * 0.4), requests - late - Math.floor(requests * 0.4), late, 0, 0],
    },
    newestSample: at,
    completeTo: at,
    series: 4,
    queries: [`istio_requests_total{destination_version="${version}",reporter="source"}[75s]`],
  };
}

/** One step, watched by the real gate until it decides. */
function step(
  from: string,
  weight: number,
  begun: number,
  canary: Behaviour,
): { readonly step: ReleaseReport['steps'][number]; readonly ended: number } {
  const bakeFrom = begun + 4_000;
  const plan = { service: 'reviews', stable: 'v1', canary: 'v2', weight };
  let state = startBake(plan, settings, bakeFrom);
  const evidence: NonNullable<ReportGate['evidence']> = [];
  let [ours, theirs] = [0, 0];
  for (let at = bakeFrom; ; at += 5_000) {
    const all = at === bakeFrom ? 0 : RATE * 5;
    const part =
      weight / 100 + (scatter(at / 5_000 + weight) - 0.5) * 0.03 * (weight === 0 || weight === 100 ? 0 : 1);
    ours += Math.round(all * part);
    theirs += all - Math.round(all * part);
    const look = feed(state, {
      look: {
        at,
        source: 'prometheus',
        evidence: {
          v1: measured('v1', at, bakeFrom, theirs, { failing: 0.001, slower: 0 }),
          v2: measured('v2', at, bakeFrom, ours, canary),
        },
      },
      pods: {
        kind: 'pods',
        pods: [1, 2].map((each) => ({ name: `reviews-v2-${each}`, ready: true, restarts: 0 })),
        deployment: { wanted: 2, ready: 2, available: true },
      },
    });
    ({ state } = look);
    const { decision, checks } = look;
    evidence.push({ at: iso(at), checks: evidenceAtLook(checks) });
    if (decision === undefined) continue;
    return {
      step: {
        from,
        to: String(weight),
        weight,
        startedAt: iso(begun),
        upSeconds: 2.2,
        convergenceSeconds: 0.4,
        changed: ['urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews'],
        gate: {
          ...gateReport({ decision, checks, state }, 'Prometheus at http://prometheus.istio-system:9090'),
          evidence,
        },
      },
      ended: at,
    };
  }
}

/** A release that was watched by the real gates: with a canary that behaves, or one that fails from a step on. */
export function played(outcome: 'good' | 'bad'): ReleaseReport {
  const steps: ReleaseReport['steps'] = [];
  const events: ReleaseReport['events'] = [
    { at: iso(T0), kind: 'lock', what: 'no other release is under way', who: 'alice', tookSeconds: 0.1 },
    {
      at: iso(T0 + 1_000),
      kind: 'policy',
      what: 'bookinfo-policies/pod-disruption-budget: reviews-v2 has one replica and no budget',
    },
  ];
  let now = T0 + 2_000;
  let from = '0';
  for (const weight of [10, 25, 50, 100]) {
    const bad = outcome === 'bad' && weight === 25;
    const taken = step(
      from,
      weight,
      now,
      bad ? { failing: 0.08, slower: 0.2 } : { failing: 0.0008, slower: 0 },
    );
    steps.push(taken.step);
    const what = `reviews: ${from} to ${weight}`;
    events.push({ at: iso(now + 2_200), kind: 'step', what, who: 'alice', tookSeconds: 2.2 });
    const { summary, verdict, endedAt } = taken.step.gate!;
    events.push({ at: endedAt, kind: 'gate', what: `${verdict}: ${summary}`, who: 'alice' });
    now = taken.ended + 1_000;
    from = String(weight);
    if (!bad) continue;
    const reason = taken.step.gate!.summary;
    events.push({
      at: iso(now + 1_900),
      kind: 'rollback',
      what: 'reviews: 25 to 0',
      who: 'alice',
      tookSeconds: 1.9,
    });
    return {
      ...about(steps, events, now + 4_000),
      outcome: 'rolledBack',
      exitCode: 3,
      summary: `reviews is back at 0 from 25: ${reason}`,
      rollback: { reason, from: '25', decidedAt: iso(now - 1_000), upSeconds: 1.9, secondsToZero: 0.7 },
    };
  }
  return {
    ...about(steps, events, now + 1_000),
    outcome: 'done',
    exitCode: 0,
    summary: 'reviews is at 100: every check holds',
  };
}

const about = (steps: ReleaseReport['steps'], events: ReleaseReport['events'], endedAt: number) => ({
  schema: 1 as const,
  stack: 'prod',
  service: 'reviews',
  stable: 'v1',
  canary: 'v2',
  startedAt: iso(T0),
  endedAt: iso(endedAt),
  by: { user: 'alice', host: 'runner-7', pipeline: 'pipeline 42' },
  plan: ['baseline', '0', '10', '25', '50', '100', 'finished'],
  steps,
  events,
});

/** The strongest evidence against the canary that a view shows. */
export const strongest = ({ gate }: WatchView): number =>
  Math.max(0, ...(gate?.checks ?? []).map((check) => check.evidence.against ?? 0));
