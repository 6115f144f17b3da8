import { access } from 'node:fs/promises';
import { neededApis } from '../../components/routing/pure';
import type { ReleaseContext } from '../context';
import { runEngine } from '../engine/process';
import { describeLock } from '../lock';
import { commandLine, openSession, type Ports, type Session } from '../sequence';
import { findOtherRoads, otherRoadsRemedy, otherRoadsText } from '../sequence/otherRoads';
import { policyPackOf } from '../sequence/ports';
import { subjectOf } from '../sequence/subject';
import { padEnd, plainText, wrap } from '../terminal';
import { customFindings } from './doctorChecks';
import { identityFinding, serverOf, type AskServer } from './doctorCluster';
import { bad, good, warning, why, type Finding } from './doctorFinding';
import { metricsFinding, proxiesFinding } from './doctorMetrics';
import { workloadFindings } from './doctorWorkloads';
import { neededRights, rightText, rightsQuestion, type Right } from './doctorRights';
import type { Canvas, Shown } from './shown';

export interface DoctorOptions {
  readonly service?: string;
  readonly ports?: Ports;
  /** For tests. */
  readonly server?: typeof serverOf;
}

/** A server whose clock is further away makes windows of metrics mean something else. Milliseconds. */
const MOST_SKEW_MS = 5_000;

async function engineFindings({ ctx, ports }: Session): Promise<readonly Finding[]> {
  const { env, projectDir, signal } = ctx;
  let version: string;
  try {
    const { code, stdout } = await runEngine({ args: ['version'], cwd: projectDir, env, signal });
    if (code !== 0) throw new Error(`pulumi version ended with ${code}`);
    version = stdout.trim();
  } catch (thrown) {
    signal.throwIfAborted();
    return [bad('engine', why(thrown), 'install pulumi, and have it in PATH')];
  }
  const engine = good('engine', `pulumi ${version}`);
  try {
    const state = await ports.engine.state();
    return [
      engine,
      state.pending.length === 0
        ? good('state', `${state.resources.length} resources in stack ${ctx.stack}`)
        : warning(
            'state',
            `${state.pending.length} operations of a run that was killed`,
            'nothing by hand: the next command repairs them',
          ),
    ];
  } catch (thrown) {
    signal.throwIfAborted();
    return [
      engine,
      bad('state', why(thrown), `pulumi login, and pulumi stack init ${ctx.stack} where the stack is new`),
    ];
  }
}

async function packFinding(ctx: ReleaseContext): Promise<Finding> {
  const pack = policyPackOf(ctx);
  try {
    await access(pack);
    return good('policies', pack);
  } catch {
    return bad(
      'policies',
      `there is no policy pack at ${pack}`,
      'run the command in the project, or name it with --cwd',
    );
  }
}

async function rightsFinding(
  ask: AskServer,
  { release, namespace, ctx: { signal, settings } }: Session,
): Promise<Finding> {
  const rights = neededRights(release, namespace, settings.gates);
  const answers = await Promise.all(
    rights.map(async (right): Promise<readonly [Right, boolean]> => {
      const { status, body } = await ask(
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        rightsQuestion(right),
        signal,
      );
      const allowed = (body as { readonly status?: { readonly allowed?: unknown } } | undefined)?.status
        ?.allowed;
      if (status >= 300 || typeof allowed !== 'boolean')
        throw new Error(`the review of rights answered ${status}`);
      return [right, allowed];
    }),
  );
  const missing = answers.filter(([, allowed]) => !allowed).map(([right]) => rightText(right));
  return missing.length === 0
    ? good('rights', `all ${rights.length} in namespace ${namespace}`)
    : bad(
        'rights',
        `missing: ${missing.join('; ')}`,
        `have them bound to this user in namespace ${namespace} (Role and RoleBinding)`,
      );
}

/** Whether the cluster knows the kinds of the routes. */
async function routingFinding({ release, ctx }: Session, ask: AskServer): Promise<Finding> {
  const groups = neededApis(release);
  const answers = await Promise.all(
    groups.map(async (group) => ({ group, ...(await ask(`/apis/${group}`, undefined, ctx.signal)) })),
  );
  const missing = answers.filter(({ status }) => status !== 200);
  return missing.length === 0
    ? good('istio', `${groups.join(', ')} ${groups.length === 1 ? 'is' : 'are'} served`)
    : bad(
        'istio',
        missing.map(({ group, status }) => `${group} is not served (${status})`).join('; '),
        'bring up the platform layer: pulumi up --stack platform',
      );
}

async function clusterFindings(session: Session, server: typeof serverOf): Promise<readonly Finding[]> {
  const { ctx, namespace } = session;
  const { cluster, signal } = ctx;
  try {
    const { place, ask } = await server(cluster);
    const { status, body, serverTime, sentAt, receivedAt } = await ask('/version', undefined, signal);
    if (status === 401) {
      return [bad('cluster', `${place.server} does not know this user`, 'log in again, or renew the token')];
    }
    const version = (body as { readonly gitVersion?: string } | undefined)?.gitVersion;
    const reached = good(
      'cluster',
      `${version ?? 'a server'} at ${place.server}, context ${place.context || '(none)'}`,
    );
    const routing = await routingFinding(session, ask);
    const space = await ask(`/api/v1/namespaces/${namespace}`, undefined, signal);
    // The header has whole seconds.
    const ahead =
      serverTime === undefined
        ? 0
        : serverTime < sentAt - 1_000
          ? serverTime + 1_000 - sentAt
          : Math.max(0, serverTime - receivedAt);
    return [
      reached,
      await identityFinding(session, ask),
      routing,
      space.status === 404
        ? bad('namespace', `${namespace} is not there`, 'bring up the platform layer, which makes it')
        : good('namespace', namespace),
      Math.abs(ahead) > MOST_SKEW_MS
        ? warning(
            'clocks',
            `the API server's clock is ${Math.round(ahead / 1_000)} s off this machine's`,
            'set both by NTP',
          )
        : good('clocks', 'this machine and the API server agree'),
      await rightsFinding(ask, session),
      ...(await workloadFindings(ask, session)),
    ];
  } catch (thrown) {
    signal.throwIfAborted();
    return [bad('cluster', why(thrown), 'see that the cluster can be reached: kubectl version')];
  }
}

async function lockFinding({ ctx }: Session): Promise<Finding> {
  const { lock } = ctx.settings;
  try {
    const found = await lock.read();
    if (found === undefined) return good('lock', `free (${lock.describe})`);
    return found.kind === 'record'
      ? warning('lock', `held: ${describeLock(found.record)}`, 'wait for it')
      : bad('lock', `${lock.describe} holds something that is no lock`, `delete ${lock.describe}`);
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    return bad('lock', why(thrown), 'have the right to it, or lock by a file (releaseLock)');
  }
}

/** Whether requests come to the service by other roads than its release's. */
async function roadsFinding(session: Session): Promise<Finding> {
  const { ports, ctx, release, namespace } = session;
  const { service } = release;
  try {
    const [state, found] = await Promise.all([ports.engine.state(), ports.cluster.routes(ctx.signal)]);
    const { roads, everywhere } = findOtherRoads(found, subjectOf(session, state), state);
    if (roads.length > 0) return bad('roads', otherRoadsText(service, roads), otherRoadsRemedy(service));
    return everywhere
      ? good('roads', `nothing but its release leads requests to ${service}`)
      : warning(
          'roads',
          `nothing in ${namespace} but its release leads requests to ${service}; other namespaces could not be listed`,
          'have the right to list routes in all namespaces, or see yourself that none leads there',
        );
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    return bad('roads', why(thrown), 'see that the cluster and the state can be reached');
  }
}

/** Looks at everything a release needs, all at once; nothing is changed. */
export async function examineSurroundings(
  ctx: ReleaseContext,
  { service, ports, server = serverOf }: DoctorOptions = {},
): Promise<readonly Finding[]> {
  const session = openSession(ctx, { service, ports });
  const [engine, pack, cluster, roads, lock, metrics, proxies, checks] = await Promise.all([
    engineFindings(session),
    packFinding(ctx),
    clusterFindings(session, server),
    roadsFinding(session),
    lockFinding(session),
    metricsFinding(session),
    proxiesFinding(session),
    customFindings(session),
  ]);
  return [...engine, pack, ...cluster, roads, lock, proxies, metrics, ...checks];
}

const ABOUT_CELLS = 11;

export function doctorText(findings: readonly Finding[], { style, width }: Canvas): string {
  const { colours } = style;
  const signs = {
    good: colours.green(style.done),
    warning: colours.yellow(style.warning),
    bad: colours.red(style.failed),
  };
  return findings
    .flatMap(({ about, state, detail, remedy }) => {
      const lines = wrap(plainText(detail), width - ABOUT_CELLS - 2);
      const help = remedy === '' ? [] : wrap(`remedy: ${plainText(remedy)}`, width - ABOUT_CELLS - 2);
      return [...lines, ...help].map((line, index) =>
        index === 0
          ? `${signs[state]} ${padEnd(about, ABOUT_CELLS)}${line}`
          : `${' '.repeat(ABOUT_CELLS + 2)}${line}`,
      );
    })
    .join('\n');
}

/** Whether a release can work here, and what to do where it cannot. */
export async function doctor(ctx: ReleaseContext, options: DoctorOptions = {}): Promise<Shown> {
  const findings = await examineSurroundings(ctx, options);
  const wrong = findings.filter(({ state }) => state === 'bad');
  const summary =
    wrong.length === 0
      ? 'everything that a release needs is there'
      : `not ready: ${wrong.map(({ about }) => about).join(', ')}`;
  return {
    result: {
      outcome: wrong.length === 0 ? 'done' : 'error',
      summary,
      next: wrong.length === 0 ? [commandLine(ctx, 'status')] : [],
    },
    data: { findings },
    text: (canvas) => doctorText(findings, canvas),
  };
}
