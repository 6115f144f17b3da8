import { sameWeights, type ProxyView, type Weights } from '../../components/routing/pure';
import { send, shownAddress } from '../http';
import type { Clock } from '../gates';
import { routedWeights } from './routes';

export interface ProxyRoutes {
  /** The callers' admin addresses. */
  readonly proxies: (signal?: AbortSignal) => Promise<readonly string[]>;
  /** What is looked for, in words: `reviews.bookinfo`. */
  readonly host: string;
  /** How the proxies' clusters are read. */
  readonly view: ProxyView;
}

/** What the proxies have of a step. */
export type ProxiesLook =
  | { readonly state: 'converged'; readonly proxies: number }
  | { readonly state: 'behind'; readonly detail: string }
  /** Nobody could be asked, or nobody calls the service. */
  | { readonly state: 'unknown'; readonly detail: string };

/** One try each: the next look comes soon, and a route that was not seen is not there. */
const patience = { retries: 0, timeoutMs: 3_000, maxBytes: 64 * 1024 * 1024 };

/** Asks every caller's proxy for its routes, once. */
export async function lookAtProxies(
  { proxies, host, view }: ProxyRoutes,
  wanted: Weights,
  signal?: AbortSignal,
): Promise<ProxiesLook> {
  let admins: readonly string[];
  try {
    admins = await proxies(signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    return { state: 'unknown', detail: `the list of proxies cannot be read: ${(thrown as Error).message}` };
  }
  if (admins.length === 0) return { state: 'unknown', detail: 'no proxy is listed' };
  const looks = await Promise.all(
    admins.map(async (admin): Promise<ProxiesLook | undefined> => {
      try {
        const url = `${admin.replace(/\/+$/, '')}/config_dump?resource=dynamic_route_configs`;
        const { text } = await send({ url }, patience, signal);
        const tables = routedWeights(JSON.parse(text), view);
        if (tables.length === 0) return undefined;
        const other = tables.find((weights) => !sameWeights(weights, wanted));
        return other === undefined
          ? { state: 'converged', proxies: 1 }
          : { state: 'behind', detail: `${shownAddress(admin)} routes ${JSON.stringify(other)}` };
      } catch (thrown) {
        signal?.throwIfAborted();
        return { state: 'unknown', detail: (thrown as Error).message };
      }
    }),
  );
  const told = looks.filter((look) => look !== undefined);
  const late = told.find(({ state }) => state === 'behind') ?? told.find(({ state }) => state === 'unknown');
  if (late !== undefined) return late;
  return told.length === 0
    ? { state: 'unknown', detail: `none of ${admins.length} proxies has a route to ${host}` }
    : { state: 'converged', proxies: told.length };
}

export interface Convergence {
  /** `timeout` is no success: what the proxies have is not known. */
  readonly state: 'converged' | 'timeout';
  readonly detail: string;
  /** Milliseconds from the beginning of the wait. */
  readonly tookMs: number;
}

/** Looks until all proxies have the routes, or the time is over. @throws the signal's reason */
export async function awaitProxies(
  lookOnce: (signal?: AbortSignal) => Promise<ProxiesLook>,
  { clock, timeoutMs, intervalMs }: { clock: Clock; timeoutMs: number; intervalMs: number },
  signal?: AbortSignal,
): Promise<Convergence> {
  const begun = clock.now();
  for (;;) {
    const look = await lookOnce(signal);
    const tookMs = clock.now() - begun;
    if (look.state === 'converged') {
      const what = look.proxies === 1 ? '1 proxy has' : `${look.proxies} proxies have`;
      return { state: 'converged', detail: `${what} the routes`, tookMs };
    }
    if (tookMs >= timeoutMs) {
      const detail = `not all proxies had the routes within ${Math.round(timeoutMs / 1_000)} s: ${look.detail}`;
      return { state: 'timeout', detail, tookMs };
    }
    await clock.sleep(intervalMs, signal);
  }
}
