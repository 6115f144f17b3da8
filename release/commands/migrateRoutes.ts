import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bookinfo, routingProblems } from '../../components/application/pure';
import type { Routing } from '../../components/canary/pure';
import { routers, typeOf } from '../../components/routing/pure';
import { ProblemsError } from '../../components/validation';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { withRoutingKey, writeRouting } from '../settings';
import { converge } from '../sequence/converge';
import { withCopy } from '../sequence/configFile';
import { underLock, type Work } from '../sequence/hold';
import { messageOf } from '../sequence/move';
import { policyPackOf, type Ports } from '../sequence/ports';
import { requireMesh } from '../sequence/requireMesh';
import { commandLine, openSession, phase, type Session } from '../sequence/session';
import { appliedStep, subjectOf, weightsAt } from '../sequence/subject';
import { survey } from '../sequence/survey';

export interface MigrateRoutesOptions {
  readonly service?: string;
  /** The routing API to go to. */
  readonly to: Routing;
  /** Do it; without it only what would be done is shown. */
  readonly yes?: boolean;
  readonly ports?: Ports;
}

/** What an update has to do, by the URNs of the objects. */
export interface Migration {
  /** Made first: nothing leads requests away before all of it is there. */
  readonly created: readonly string[];
  /** The routes that stood before; taken away while all that they lead to is still there. */
  readonly routes: readonly string[];
  /** What they led to; taken away when no proxy has a route to it any more. */
  readonly targets: readonly string[];
  /** Changes that are no part of it. */
  readonly others: readonly string[];
}

const ROUTING = /bookinfo:canary:(Canary|Service)Routing\$|bookinfo:bookinfo:BookinfoGateway\$/;

/** Kinds that routes lead to, and gateways that they are attached to. */
const targetTypes: readonly string[] = [
  ...Object.values(routers).flatMap(({ kinds }) =>
    kinds.filter(({ role }) => role === 'targets').map(typeOf),
  ),
  ...['networking.istio.io/v1', 'gateway.networking.k8s.io/v1'].map((apiVersion) =>
    typeOf({ apiVersion, kind: 'Gateway' }),
  ),
];

const typeIn = (urn: string): string => urn.split('::')[2]?.split('$').at(-1) ?? '';

/** Sorts what a preview would change. `there` are the URNs of the state. */
export function migrationOf(changed: readonly string[], there: ReadonlySet<string>): Migration {
  const isTarget = (urn: string) => targetTypes.includes(typeIn(urn));
  const removed = changed.filter((urn) => there.has(urn) && ROUTING.test(urn));
  return {
    created: changed.filter((urn) => !there.has(urn) && ROUTING.test(urn)),
    routes: removed.filter((urn) => !isTarget(urn)),
    targets: removed.filter(isTarget),
    others: changed.filter((urn) => !ROUTING.test(urn)),
  };
}

/** What a preview of all changes at once cannot keep, and three updates do: a rule goes after the routes to it. */
const keptByUpdates = { 'R09-subset-and-route-removed': 'advisory' };

const shown = (urn: string): string => `${typeIn(urn).split(':').at(-1)} ${urn.split('::').at(-1)}`;

/** Refuses what the other API cannot express, before anything is asked of the cluster. */
function refuseInexpressible({ ctx, release }: Session, routing: Routing): void {
  const placed = { policy: { ...release, routing }, path: `${ctx.project}:release` };
  const problems = routingProblems(ctx.settings.application ?? bookinfo, { [release.service]: placed });
  if (problems.length > 0) throw new ProblemsError(`Routes of ${release.service} by ${routing}`, problems);
}

/**
 * Moves the routes of a service that runs to another routing API, and back, without a request that fails.
 *
 * Three updates, each of which leaves a state that serves: the new routes and what they lead to are made beside the old ones;
 * the old routes go, and the proxies are waited for; then what they led to goes. One update would take routes and their
 * targets away in the same moment, and a proxy that learns of the second first answers with 503.
 */
export function migrateRoutes(ctx: ReleaseContext, options: MigrateRoutesOptions): Promise<CommandResult> {
  return underLock(ctx, 'migrate-routes', options, (session) => migrateOnce(session, options));
}

async function migrateOnce(
  session: Session,
  { to, yes = false, ports: given }: MigrateRoutesOptions,
): Promise<Work> {
  const { ctx, ports, release } = session;
  const { configFile, project } = ctx;
  const { service } = release;
  refuseInexpressible(session, to);
  const target: Session = { ...session, release: { ...release, routing: to } };
  const found = await survey(session);
  const step = appliedStep(found.subject);
  if (step === undefined) {
    throw new ReleaseError(
      'usage',
      `${service} has no routes yet`,
      `write routing: ${to} into its release, then ${commandLine(ctx, 'advance')}`,
    );
  }
  const wanted = subjectOf(target, found.state);
  await requireMesh(target, { ...found, routing: wanted.routing });
  const edited = (text: string) => withRoutingKey(text, project, service, to);
  const there = new Set(found.state.resources.map(({ urn }) => urn));
  const migration = await phase(
    session,
    'preview',
    `the routes of ${service} by ${to}, with the policies`,
    () =>
      withCopy(configFile, edited, async (copy) => {
        const policyConfig = join(dirname(copy), 'policies.json');
        await writeFile(policyConfig, JSON.stringify(keptByUpdates));
        const { changed } = await ports.engine.preview({
          ...{ phase: 'preview', configFile: copy },
          ...{ policyPack: policyPackOf(ctx), policyConfig },
        });
        return migrationOf(changed, there);
      }),
    ({ created, routes, targets }) => ({
      detail: `${created.length} objects to create, ${routes.length + targets.length} to take away`,
    }),
  );
  const { created, routes, targets, others } = migration;
  if (others.length > 0) {
    throw new ReleaseError(
      'usage',
      `the stack has other changes to make: ${others.map(shown).join(', ')}; nothing was changed`,
      'apply them first, in an update of their own (pulumi up)',
    );
  }
  if (created.length + routes.length + targets.length === 0) {
    return { outcome: 'done', summary: `${service} is routed by ${to}`, next: [commandLine(ctx, 'status')] };
  }
  for (const urn of created) session.emit({ kind: 'note', text: `create ${shown(urn)}` });
  for (const urn of [...routes, ...targets]) session.emit({ kind: 'note', text: `take away ${shown(urn)}` });
  const sum = `${created.length} objects created, ${routes.length + targets.length} taken away`;
  if (!yes) {
    const again = commandLine(ctx, 'migrate-routes', `--to ${to} --yes`);
    return { outcome: 'done', summary: `would be: ${sum}`, next: [again] };
  }
  await writeRouting(configFile, project, service, to);
  const up = (what: string, urns?: readonly string[]) =>
    phase(
      session,
      'up',
      what,
      () =>
        ports.engine.up({
          phase: 'up',
          configFile,
          message: messageOf(session, `routes by ${to}: ${what}`),
          ...(urns === undefined ? {} : { targets: urns }),
        }),
      ({ changed }) => ({ detail: `${changed.length} objects changed` }),
    );
  if (created.length > 0) await up(`creates the routes by ${to} beside those that stand`, created);
  if (routes.length > 0) await up('takes away the routes that stood before', routes);
  const now = openSession(ctx, { service, ports: given });
  const seen = await converge(now, weightsAt(found.subject.release, step));
  if (seen.state !== 'converged') {
    return {
      outcome: 'held',
      summary: `${service} has routes by ${to}, and what the old ones led to is kept: ${seen.detail}`,
      next: [commandLine(ctx, 'migrate-routes', `--to ${to} --yes`)],
    };
  }
  if (targets.length > 0) await up('takes away what the old routes led to');
  return {
    outcome: 'done',
    summary: `${service} is routed by ${to}: ${sum}`,
    next: [commandLine(ctx, 'status')],
  };
}
