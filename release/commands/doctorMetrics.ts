import { type Evidence, sourceKinds } from '../metrics';
import type { Session } from '../sequence';
import { NO_SOURCE } from '../settings';
import { bad, good, warning, why, type Finding } from './doctorFinding';

function evidenceText(evidence: Evidence): string {
  const { version } = evidence;
  return evidence.kind === 'none'
    ? `${version}: ${evidence.reason}, ${evidence.detail}`
    : `${version}: ${evidence.requests} requests, ${evidence.series} series${evidence.latency === undefined ? ', no latencies' : ''}`;
}

/** What to look at where a source answers and has no series. */
const hintOf = (source: string): string =>
  sourceKinds.find(({ name }) => name === source)?.emptyHint ??
  'send traffic, and see that the labels are those of the metrics';

/** A source that counts from its first look has to be looked at twice to have seen anything. */
const BETWEEN_LOOKS_MS = 1_000;

/** Whether the source of metrics answers, and what it sees of each version. */
export async function metricsFinding({ ctx, release, namespace }: Session): Promise<Finding> {
  const key = `${ctx.project}:metrics`;
  try {
    const source = ctx.settings.metrics();
    if (source.name === NO_SOURCE) {
      return warning(
        'metrics',
        'no source is configured, so no step can pass its gate',
        `add ${key}, such as { prometheus: { url: "http://prometheus.monitoring:9090" } }`,
      );
    }
    const { signal, clock } = ctx;
    const versions = [release.stable.version, release.canary.version];
    const observation = await source.begin({ service: release.service, namespace, versions }, { signal });
    await clock.sleep(BETWEEN_LOOKS_MS, signal);
    const { evidence } = await observation.look(signal);
    const told = versions.map((version) => evidence[version]).filter((each) => each !== undefined);
    const detail = `${source.describe}: ${told.map(evidenceText).join('; ')}`;
    const reasons = told.flatMap((each) => (each.kind === 'none' ? [each.reason] : []));
    if (reasons.some((reason) => reason !== 'empty'))
      return bad('metrics', detail, `fix what it names, or ${key}`);
    // A canary that is not there yet has no numbers; a stable version without any is a label that does not match.
    return evidence[release.stable.version]?.kind === 'measured'
      ? good('metrics', detail)
      : warning('metrics', detail, `${hintOf(source.name)}; see ${key}`);
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    const remedy = (thrown as { readonly remedy?: unknown }).remedy;
    return bad('metrics', why(thrown), typeof remedy === 'string' && remedy !== '' ? remedy : `see ${key}`);
  }
}

/** Whether the proxies that are asked for routes can be found. */
export async function proxiesFinding({ ctx, ports, release }: Session): Promise<Finding> {
  if (ctx.settings.convergence.by === 'share') {
    return good('proxies', 'not asked: convergence is seen by the shares of traffic');
  }
  try {
    // Whatever they route by: what matters here is that they tell it.
    const look = await ports.cluster.proxies({}, ctx.signal);
    return look.state === 'unknown'
      ? bad(
          'proxies',
          `those that call ${release.service} do not tell their routes: ${look.detail}`,
          'name them in convergence.admins, or write convergence.by: share',
        )
      : good('proxies', `those that call ${release.service} tell their routes`);
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    return bad('proxies', why(thrown), 'name them in convergence.admins, or write convergence.by: share');
  }
}
