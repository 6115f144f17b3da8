import type { BakeStep, CheckResult } from '../../../../release/gates';
import { resolveGateSettings, startBake } from '../../../../release/gates';
import type { BareEvent, ReleaseEvent } from '../../../../release/events';

/** A clock that every test begins at. */
export const START = Date.parse('2026-11-21T12:00:00.000Z');

/** An event that happens some seconds after the beginning. */
export const at = (seconds: number, event: BareEvent): ReleaseEvent => ({
  at: new Date(START + seconds * 1_000).toISOString(),
  stack: 'prod',
  ...event,
});

const check = (id: CheckResult['id'], verdict: CheckResult['verdict'], finding: string): CheckResult => ({
  id,
  verdict,
  rule: 'a rule',
  finding,
  numbers: {},
  queries: [],
});

export interface LookArgs {
  readonly requests: number;
  readonly errors?: number;
  readonly verdict?: 'pass' | 'fail' | 'inconclusive';
  readonly remainingMs?: number;
}

/** One look at v2 at 25 %. */
export function look(
  seconds: number,
  { requests, errors = 0, verdict, remainingMs = 60_000 }: LookArgs,
): ReleaseEvent {
  const plan = { service: 'reviews', stable: 'v1', canary: 'v2', weight: 25 };
  const begun = startBake(plan, resolveGateSettings({ bake: '2m' }), START);
  const point = {
    at: START + seconds * 1_000,
    canary: { requests, errors, quantileMs: 41.73 },
    stable: { requests: requests * 3, errors: 1, quantileMs: 40 },
  };
  const bad = errors > 10;
  const step: BakeStep = {
    state: { ...begun, looks: 3, points: [{ at: START, canary: { requests: 1, errors: 0 } }, point] },
    checks: [
      check('evidence', 'pass', 'both versions are measured'),
      check('sample', 'pass', 'enough'),
      bad
        ? check('errorCeiling', 'fail', `${errors} of ${requests} failed, which is surely more than 1 %`)
        : check('latencyAgainstStable', 'inconclusive', 'too few slow answers to tell'),
    ],
    ...(verdict === undefined
      ? {}
      : { decision: { verdict, because: [], summary: 'decided', at: point.at, looks: 3 } }),
  };
  return at(seconds, { kind: 'look', step, remainingMs, latestMs: remainingMs + 120_000 });
}

const urn = 'urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews';
const virtualService = {
  kind: 'resource',
  urn,
  type: 'kubernetes:networking.istio.io/v1:VirtualService',
  name: 'reviews',
} as const;

/** A step that goes well, as its events. */
export const goodStep: readonly ReleaseEvent[] = [
  at(0, { kind: 'phase', phase: 'lock', state: 'started', detail: 'takes the lock' }),
  at(0.1, {
    kind: 'phase',
    phase: 'lock',
    state: 'done',
    detail: 'no other release is under way',
    seconds: 0.1,
  }),
  at(0.1, { kind: 'phase', phase: 'preview', state: 'started', detail: '10 to 25, with the policies' }),
  at(2, { ...virtualService, phase: 'preview', op: 'update', state: 'started' }),
  at(2.2, { ...virtualService, phase: 'preview', op: 'update', state: 'done', seconds: 0.2 }),
  at(3, {
    kind: 'diagnostic',
    severity: 'warning',
    policy: 'bookinfo/R27',
    text: 'reviews-v2 has one replica',
  }),
  at(4, { kind: 'phase', phase: 'preview', state: 'done', detail: '1 object to change', seconds: 3.9 }),
  at(4, { kind: 'phase', phase: 'up', state: 'started', detail: '10 to 25' }),
  at(5, { ...virtualService, phase: 'up', op: 'update', state: 'started' }),
  at(6.2, { ...virtualService, phase: 'up', op: 'update', state: 'done', seconds: 1.2 }),
  at(6.5, { kind: 'phase', phase: 'up', state: 'done', detail: '1 object changed', seconds: 2.5 }),
  at(6.5, { kind: 'moved', service: 'reviews', from: '10', to: '25', weight: 25 }),
  at(7, { kind: 'phase', phase: 'bake', state: 'started', detail: 'watches v2 at 25 % for 120 s' }),
  look(10, { requests: 40 }),
  look(15, { requests: 1_083 }),
  look(127, { requests: 3_083, verdict: 'pass', remainingMs: 0 }),
  at(127, { kind: 'phase', phase: 'bake', state: 'done', detail: 'pass: every check holds', seconds: 120 }),
];
