import { resolve } from 'node:path';
import { stepName } from '../../components/canary/pure';
import { StackEngine } from '../engine';
import { standing, subjectOf } from '../sequence';
import { pauseOf } from '../sequence/paused';
import { hasPassed } from '../sequence/verdicts';
import { findStacks, readConfig, readReleaseStack, type StackPlace } from '../settings';
import { padEnd, plainText, shorten, widthOf, wrap } from '../terminal';
import type { Canvas, Shown } from './shown';

/** One release of the project. */
interface ListedRelease {
  readonly stack: string;
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** The step that the config names. */
  readonly configured: string;
  /** The step that was last applied, `none` before the first update; undefined where the state cannot be read. */
  readonly applied?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** What is worth saying: judged or not, paused, or why the state is unknown. */
  readonly note: string;
}

type EngineOf = (place: StackPlace) => Pick<StackEngine, 'state' | 'tags'>;

export interface ListOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** For tests. */
  readonly engineOf?: EngineOf;
}

const firstLine = (thrown: unknown): string => (thrown as Error).message.split('\n')[0] ?? '';

/** Whether a stack's file speaks of a release at all: a platform's stack has none, which is no problem. */
const hasRelease = (place: StackPlace): boolean => readConfig(place)['release'] !== undefined;

async function releasesOf(place: StackPlace, engineOf: EngineOf): Promise<readonly ListedRelease[]> {
  const { stack } = place;
  const unreadable = (note: string): ListedRelease => ({
    stack,
    service: '-',
    stable: '-',
    canary: '-',
    configured: '-',
    note,
  });
  let config;
  try {
    if (!hasRelease(place)) return [];
    config = readReleaseStack(place);
  } catch (thrown) {
    return [unreadable(firstLine(thrown))];
  }
  const { releases, steps, namespace } = config;
  const engine = engineOf(place);
  const known = await Promise.all([engine.state(), engine.tags()]).catch((thrown: unknown) =>
    firstLine(thrown),
  );
  return releases.map((release): ListedRelease => {
    const { service, stable, canary } = release;
    const about = {
      stack,
      service,
      stable: stable.version,
      canary: canary.version,
      configured: stepName(steps[service]!),
    };
    if (typeof known === 'string') return { ...about, note: `state unknown: ${known}` };
    const [state, tags] = known;
    const subject = subjectOf({ release, namespace, isEntry: false }, state);
    const pause = pauseOf(service, tags);
    const note =
      pause === undefined
        ? hasPassed(subject, tags)
          ? ''
          : 'not judged yet'
        : `paused by ${pause.by}: ${pause.reason}`;
    return { ...about, applied: standing(subject), since: subject.applied?.since, note };
  });
}

const heads = ['STACK', 'SERVICE', 'VERSIONS', 'STEP', 'SINCE'] as const;

/** The releases in columns as wide as they need; what is to be noted stands below. */
function listText(all: readonly ListedRelease[], { style, width }: Canvas): string {
  if (all.length === 0) return 'no stack of this project has a release';
  const rows = all.map(({ stack, service, stable, canary, configured, applied, since }) =>
    [
      stack,
      service,
      `${stable} ${style.arrow} ${canary}`,
      applied === undefined ? '?' : applied === configured ? applied : `${applied} (config: ${configured})`,
      since === undefined ? '' : since.slice(0, 16).replace('T', ' '),
    ].map(plainText),
  );
  const cells = heads.map((head, index) =>
    Math.max(...[head, ...rows.map((row) => row[index]!)].map(widthOf)),
  );
  const line = (row: readonly string[]): string =>
    shorten(
      row
        .map((cell, index) => padEnd(cell, cells[index]!))
        .join('  ')
        .trimEnd(),
      width,
      style.ellipsis,
    );
  const notes = (note: string): readonly string[] =>
    note === '' ? [] : wrap(plainText(note), width - 4).map((each) => style.colours.dim(`    ${each}`));
  const lines = rows.flatMap((row, index) => [line(row), ...notes(all[index]!.note)]);
  return [style.colours.bold(line(heads)), ...lines].join('\n');
}

/** Every release of the project; changes nothing. */
export async function list({ cwd, env, signal, engineOf }: ListOptions): Promise<Shown> {
  const places = findStacks(resolve(cwd));
  const make: EngineOf =
    engineOf ??
    (({ projectDir, stack }) => new StackEngine({ projectDir, stack, env, emit: () => undefined, signal }));
  const all = (await Promise.all(places.map((place) => releasesOf(place, make)))).flat();
  signal.throwIfAborted();
  const summary = `${all.length} ${all.length === 1 ? 'release' : 'releases'} in ${places.length} stacks`;
  return {
    result: { outcome: 'done', summary, next: [] },
    data: { releases: all },
    text: (canvas) => listText(all, canvas),
  };
}
