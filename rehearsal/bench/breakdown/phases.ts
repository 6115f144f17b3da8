import type { Span } from './spans';

/** The stretches that an `up` consists of, one after the other. */
export const phaseNames = {
  engine: 'engine: its own start',
  state: 'engine: about the host, passphrase, state',
  host: 'language host: its start',
  lookup: 'language host: finding the SDK',
  sdk: 'program: Node.js and the SDK',
  program: 'program: loading it, up to its first resource',
  resources: 'resources: first to last',
  last: 'resources: the last one',
  ending: 'program: its end',
  checkpoint: 'engine: state written, plug-ins ended',
  exit: 'engine: its exit',
} as const;

export type PhaseId = keyof typeof phaseNames;

/** One traced `up`: its spans, and when the command began and ended, milliseconds since the epoch. */
export interface Traced {
  readonly spans: readonly Span[];
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The engine's own spans; the language host writes down its half of the same calls. */
const ENGINE = 'pulumi-cli';

export const called = (spans: readonly Span[], name: string): readonly Span[] =>
  spans.filter((span) => span.service === ENGINE && span.name === name);

function only(spans: readonly Span[], name: string): Span {
  const [found] = spans.filter((span) => span.name === name && span.service !== 'pulumi-language-host');
  if (found === undefined) throw new Error(`the engine's trace has no span ${name}`);
  return found;
}

/**
 * How long each stretch took, milliseconds; together the whole wall time.
 *
 * The stack itself is a resource that the SDK registers before it loads the program. An empty program has no other: its
 * loading ends where its outputs are registered.
 */
export function phasesOf({ spans, startedAt, endedAt }: Traced): Readonly<Record<PhaseId, number>> {
  const registered = called(spans, 'pulumirpc.ResourceMonitor/RegisterResource');
  const [stack, first] = registered;
  if (stack === undefined) throw new Error('the engine’s trace has no resource, not even the stack');
  const runner = only(spans, 'execNodejs');
  const plan = only(spans, 'pulumi-plan');
  const outputs =
    called(spans, 'pulumirpc.ResourceMonitor/RegisterResourceOutputs').at(0)?.start ?? stack.end;
  const loaded = first?.start ?? outputs;
  const last = first === undefined ? loaded : registered.at(-1)!.start;
  const answered = first === undefined ? loaded : Math.max(...registered.map(({ end }) => end));
  const ends: readonly (readonly [PhaseId, number])[] = [
    ['engine', only(spans, 'pulumi').start],
    ['state', plan.start],
    ['host', only(spans, 'pulumirpc.LanguageRuntime/Run').start],
    ['lookup', runner.start],
    ['sdk', stack.start],
    ['program', loaded],
    ['resources', last],
    ['last', answered],
    ['ending', runner.end],
    ['checkpoint', plan.end],
    ['exit', endedAt],
  ];
  let before = startedAt;
  const phases = ends.map(([id, end]) => {
    const took = end - before;
    before = end;
    return [id, took] as const;
  });
  return Object.fromEntries(phases) as Record<PhaseId, number>;
}
