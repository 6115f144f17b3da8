import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookinfo } from '../../components/application/pure';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { type Adoption, declaredIn, findAdoption } from '../sequence/adoption';
import { atStep, nameStep, placeOf, withCopy, withTakeOver } from '../sequence/configFile';
import { underLock, type Work } from '../sequence/hold';
import { messageOf } from '../sequence/move';
import { policyPackOf, type Ports } from '../sequence/ports';
import { commandLine, phase, type Session } from '../sequence/session';
import { watch } from '../sequence/step';
import { standing } from '../sequence/subject';
import { surveyState } from '../sequence/survey';

export interface AdoptOptions {
  readonly service?: string;
  /** Do it; without it only what would be done is told. */
  readonly yes?: boolean;
  readonly ports?: Ports;
}

/**
 * Takes an application that somebody already runs under the stack, at the baseline of its release.
 *
 * Objects that are there are taken over with the fields the program has, the rest of them stays; what is missing is
 * created. Versions that the program does not declare are left alone: they get no requests once the routes lead to the
 * stable version, and deleting them is for whoever made them.
 */
export function adopt(ctx: ReleaseContext, options: AdoptOptions = {}): Promise<CommandResult> {
  return underLock(ctx, 'adopt', options, (session) => adoptOnce(session, options.yes === true));
}

function tell({ emit, release }: Session, { takenOver, created, leftAlone }: Adoption): void {
  for (const { object, changes } of takenOver) {
    const what = changes.map(({ path }) => path);
    const shown = `${what.slice(0, 6).join(', ')}${what.length > 6 ? ` and ${what.length - 6} more` : ''}`;
    const text = `take over ${object.kind} ${object.name}${what.length === 0 ? ', as it is' : `; changes ${shown}`}`;
    emit({ kind: 'note', text });
  }
  for (const { kind, name } of created) emit({ kind: 'note', text: `create ${kind} ${name}` });
  for (const name of leftAlone) {
    const ours = name.startsWith(`${release.service}-`);
    const text = `leave Deployment ${name} alone${ours ? `: requests go to ${release.stable.version} only from then on` : ''}`;
    emit({ kind: 'note', text });
  }
}

async function adoptOnce(session: Session, yes: boolean): Promise<Work> {
  const { ctx, ports, release } = session;
  const { configFile, signal } = ctx;
  const subject = await surveyState(session);
  if (subject.applied !== undefined) {
    throw new ReleaseError(
      'usage',
      `${release.service} is under stack ${ctx.stack} already, at ${standing(subject)}`,
      `go on with it: ${commandLine(ctx, 'advance')}`,
    );
  }
  const place = placeOf(session);
  const atBaseline = atStep(place, 'baseline');
  const tried = (text: string) => withTakeOver(atBaseline(text));
  const folder = await mkdtemp(join(tmpdir(), 'release-plan-'));
  try {
    const plan = join(folder, 'plan.json');
    const found = await phase(
      session,
      'preview',
      'what is there, and what the program makes of it',
      async () => {
        const policyPack = policyPackOf(ctx);
        await withCopy(configFile, tried, (copy) =>
          ports.engine.preview({ phase: 'preview', configFile: copy, plan, policyPack }),
        );
        return findAdoption(
          await declaredIn(plan),
          ports.cluster,
          ctx.settings.application ?? bookinfo,
          signal,
        );
      },
      ({ takenOver, created, leftAlone }) => ({
        detail: `${takenOver.length} objects to take over, ${created.length} to create, ${leftAlone.length} Deployments left alone`,
      }),
    );
    tell(session, found);
    const { takenOver, created, leftAlone } = found;
    const sum = `${takenOver.length} objects taken over, ${created.length} created, ${leftAlone.length} Deployments left alone`;
    if (!yes) {
      return { outcome: 'done', summary: `would be: ${sum}`, next: [commandLine(ctx, 'adopt', '--yes')] };
    }
    await nameStep(place, 'baseline');
    const startedAt = ctx.clock.now();
    const update = await phase(
      session,
      'up',
      'takes over and creates',
      () =>
        withCopy(configFile, withTakeOver, (copy) =>
          ports.engine.up({ phase: 'up', configFile: copy, message: messageOf(session, 'adopted') }),
        ),
      ({ changed }) => ({ detail: `${changed.length} objects under the stack` }),
    );
    session.emit({ kind: 'moved', service: release.service, from: 'none', to: 'baseline', weight: 0 });
    const moved = { from: 'none', to: 'baseline', weight: 0, update };
    await watch(session, subject, 'baseline', { moved, startedAt });
    const gone = leftAlone.map((name) => `kubectl delete deployment ${name} -n ${session.namespace}`);
    return { outcome: 'done', summary: sum, next: [commandLine(ctx, 'advance'), ...gone] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
