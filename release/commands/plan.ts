import { isAbsolute, relative, resolve } from 'node:path';
import { allSteps, checkMove, stepName, type Release, type Step } from '../../components/canary/pure';
import { ProblemsError } from '../../components/validation';
import type { ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { type GateSettings, watchedMs } from '../gates';
import { commandLine, openSession, standing, subjectOf, type Ports, type Subject } from '../sequence';
import { findStack, readReleaseStack } from '../settings';
import { padEnd, spell } from '../terminal';
import { plainCommands, type PlainPlace } from './plainCommands';
import type { Canvas, Shown } from './shown';
import { originOf, stepChanges, type ObjectChange, type Origin } from './stepChanges';

export interface PlanOptions {
  readonly service?: string;
  /** The last step that is shown. Default finished. */
  readonly until?: Step;
  readonly ports?: Ports;
}

/** One step that is still to come. */
export interface PlannedStep {
  readonly from: string;
  readonly to: string;
  /** The canary's version; another one than the last step's where it is superseded. */
  readonly canary: string;
  readonly changes: readonly ObjectChange[];
  /** How long it is watched, with the watch after the promotion, milliseconds; 0 where there is nothing to watch. */
  readonly bakeMs: number;
  /** The same with plain pulumi. */
  readonly commands: readonly string[];
}

type Way = readonly { readonly release: Release; readonly step: Step }[];

/**
 * The way from where a release stands to an end, in its order. Another canary than the one under way takes two moves more:
 * the old one back to 0, then the new one in its place.
 */
export function wayTo({ applied, release }: Pick<Subject, 'applied' | 'release'>, until: Step): Way {
  const steps = allSteps(release);
  const end = steps.indexOf(until) + 1;
  const on = (from: number): Way => steps.slice(from, end).map((step) => ({ release, step }));
  if (applied === undefined) return on(0);
  const same = applied.canary.version === release.canary.version;
  if (applied.step === 'finished' && same) return [];
  // One version alone: the beginning of the next release, whatever the last one was called.
  if (applied.step === 'baseline' || applied.step === 'finished') return on(1);
  if (same) return on(steps.findIndex((step) => stepName(step) === applied.step) + 1);
  const old = originOf(applied, release);
  return [
    ...(applied.step === '0' || old === undefined ? [] : [{ release: old.release, step: 0 }]),
    ...on(1),
  ];
}

/**
 * What is still to be done, step by step. Pure.
 * @throws ReleaseError (usage) when the state machine does not let the release go on
 */
export function planSteps(
  subject: Pick<Subject, 'applied' | 'release'> & Partial<Pick<Subject, 'isEntry'>>,
  until: Step,
  gates: Pick<GateSettings, 'bake' | 'watchAfterMs'>,
  place: PlainPlace,
): readonly PlannedStep[] {
  const { applied } = subject;
  const way = wayTo(subject, until);
  const [first] = way;
  const refused = first === undefined ? [] : checkMove(applied, first);
  if (refused.length > 0) {
    throw new ReleaseError(
      'usage',
      `${subject.release.service} cannot go on from step ${standing({ applied })} with this release: ${refused.map(({ path, problem }) => `${path} ${problem}`).join('; ')}`,
      refused[0]!.remedy,
    );
  }
  let origin: Origin = originOf(applied, subject.release);
  return way.map(({ release, step }) => {
    const from = origin === undefined ? 'none' : stepName(origin.step);
    const to = stepName(step);
    const message = `release: ${release.service} ${release.canary.version} ${from} to ${to}`;
    const planned: PlannedStep = {
      from,
      to,
      canary: release.canary.version,
      changes: stepChanges(origin, release, step, subject),
      bakeMs: typeof step === 'number' ? watchedMs(gates, step).least : 0,
      commands: plainCommands(place, step, message),
    };
    origin = { release, step };
    return planned;
  });
}

const signs = { create: '+', update: '~', delete: '-', same: ' ' } as const;

function stepText(
  { from, to, canary, changes, bakeMs, commands }: PlannedStep,
  { style }: Canvas,
): readonly string[] {
  const { colours } = style;
  const changed = changes.filter(({ op }) => op !== 'same');
  const same = changes.filter(({ op }) => op === 'same');
  const bake = bakeMs === 0 ? 'not watched' : `watched for ${spell(bakeMs / 1_000)}`;
  const paint = { create: colours.green, update: colours.yellow, delete: colours.red };
  return [
    colours.bold(`${from} ${style.arrow} ${to}`) + colours.dim(`  ${canary}, ${bake}`),
    ...changed.map(({ op, kind, name, detail }) => {
      const line = `${signs[op]} ${padEnd(kind, 15)} ${name}`;
      const shown = op === 'same' ? line : paint[op](line);
      return `  ${shown}${detail === '' || kind === 'Deployment' ? '' : `  ${detail}`}`;
    }),
    ...(changed.length === 0 ? ['  nothing changes'] : []),
    ...(same.length === 0
      ? []
      : [colours.dim(`    unchanged: ${same.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`)]),
    ...commands.map((command) => colours.dim(`  $ ${command}`)),
    '',
  ];
}

/** How the commands of a stack are written: short where the project's own files are meant. */
export function plainPlace(
  ctx: ReleaseContext,
  release: Release,
  ownFile: boolean,
  perService: boolean,
): PlainPlace {
  const pack = ctx.policyPack ?? resolve(ctx.projectDir, 'policies/bookinfo-policies');
  const near = relative(ctx.projectDir, pack);
  return {
    project: ctx.project,
    stack: ctx.stack,
    configFile: ownFile ? undefined : ctx.configFile,
    stepOf: perService ? release.service : undefined,
    policyPack: isAbsolute(near) || near.startsWith('..') ? pack : near,
  };
}

function isOwnFile({ projectDir, stack, configFile }: ReleaseContext): boolean {
  try {
    return findStack({ cwd: projectDir, stack }).configFile === configFile;
  } catch {
    return false;
  }
}

/** @throws ProblemsError where a release has no such step, whose plan would otherwise end nowhere */
function requireStep({ steps }: Release, until: Step): void {
  if (typeof until !== 'number' || steps.includes(until)) return;
  throw new ProblemsError('Command line', [
    {
      path: '--until',
      problem: `is ${until}, which is no step of this release`,
      remedy: `write one of baseline, ${steps.join(', ')}, finished`,
    },
  ]);
}

/** The steps to come and the plain commands for each. Asks the stack's state and nothing else. */
export async function plan(
  ctx: ReleaseContext,
  { service, until = 'finished', ports }: PlanOptions = {},
): Promise<Shown> {
  const session = openSession(ctx, { service, ports });
  requireStep(session.release, until);
  const subject = subjectOf(session, await session.ports.engine.state());
  const { releases } = readReleaseStack(ctx);
  const place = plainPlace(ctx, session.release, isOwnFile(ctx), releases.length > 1);
  const steps = planSteps(subject, until, ctx.settings.gates, place);
  const { release } = subject;
  const head = `${release.service} ${release.stable.version} to ${release.canary.version} on ${ctx.stack}, now at ${standing(subject)}`;
  const summary =
    steps.length === 0
      ? `${head}: nothing is left to do`
      : `${head}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} to ${steps.at(-1)!.to}`;
  return {
    result: { outcome: 'done', summary, next: steps.length === 0 ? [] : [commandLine(ctx, 'advance')] },
    data: { service: release.service, at: standing(subject), steps },
    text: (canvas) =>
      [
        summary,
        '',
        ...steps.flatMap((step) => stepText(step, canvas)),
        ...(steps.length === 0 ? [] : ['Each step goes back with: ' + commandLine(ctx, 'rollback')]),
      ].join('\n'),
  };
}
