import { binomialInterval } from '../gates';
import { awaitProxies, type Convergence } from '../cluster';
import type { Look } from '../metrics';
import { scopeOf } from './observe';
import { phase, type Session } from './session';

/** How sure the interval is in which traffic counts as routed by the weight. */
const CONFIDENCE = 0.99;
/** Fewer requests say nothing of a share. */
const LEAST_REQUESTS = 30;

/** Waits until the callers' proxies have a step's weights. A time-out is told, never taken for success. */
export function converge(
  session: Session,
  weights: Readonly<Record<string, number>>,
  timeoutMs = session.ctx.settings.convergence.timeoutMs,
): Promise<Convergence> {
  const { ctx, ports } = session;
  const { by, intervalMs } = ctx.settings.convergence;
  return phase(
    session,
    'converge',
    by === 'proxies'
      ? "waits until the callers' proxies have the routes"
      : 'waits for traffic by the weights',
    () =>
      by === 'proxies'
        ? awaitProxies(
            (signal) => ports.cluster.proxies(weights, signal),
            { clock: ctx.clock, timeoutMs, intervalMs },
            ctx.signal,
          )
        : awaitShare(session, weights, timeoutMs, intervalMs),
    ({ state, detail }) => ({ detail, failed: state !== 'converged' }),
  );
}

/** Whether traffic between two looks was in the shares of the weights; undefined while too little is known. */
function inShares(before: Look, after: Look, weights: Readonly<Record<string, number>>): boolean | undefined {
  const risen: Record<string, number> = {};
  for (const [version, evidence] of Object.entries(after.evidence)) {
    const then = before.evidence[version];
    if (evidence.kind === 'none') {
      if (evidence.reason !== 'empty' || (weights[version] ?? 0) > 0) return undefined;
      risen[version] = 0;
    } else risen[version] = evidence.requests - (then?.kind === 'measured' ? then.requests : 0);
  }
  const total = Object.values(risen).reduce((sum, count) => sum + count, 0);
  if (total < LEAST_REQUESTS) return undefined;
  return Object.entries(risen).every(([version, count]) => {
    const weight = (weights[version] ?? 0) / 100;
    if (weight === 0 || weight === 1) return count === weight * total;
    const [low, high] = binomialInterval(weight, total, CONFIDENCE);
    return count >= low * total && count <= high * total;
  });
}

async function awaitShare(
  session: Session,
  weights: Readonly<Record<string, number>>,
  timeoutMs: number,
  intervalMs: number,
): Promise<Convergence> {
  const { clock, signal, settings } = session.ctx;
  const begun = clock.now();
  const observation = await settings.metrics().begin(scopeOf(session), { signal });
  let base = await observation.look(signal);
  for (;;) {
    await clock.sleep(intervalMs, signal);
    const look = await observation.look(signal);
    const tookMs = clock.now() - begun;
    const found = inShares(base, look, weights);
    if (found === true)
      return { state: 'converged', detail: 'traffic is in the shares of the weights', tookMs };
    // What was routed before the routes came must not weigh on what comes after.
    if (found === false) base = look;
    if (tookMs >= timeoutMs) {
      const detail = `traffic was not seen in the shares of the weights within ${Math.round(timeoutMs / 1_000)} s`;
      return { state: 'timeout', detail, tookMs };
    }
  }
}
