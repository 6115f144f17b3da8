import { called, type Traced } from './phases';
import type { Span } from './spans';

/** What happens inside of phases. */
export const withinNames = {
  provider: "provider's start, asked for to ready",
  answers: 'program waits for what was applied last',
  check: 'calls of the provider: Check',
  diff: 'calls of the provider: Diff',
  update: 'calls of the provider: Update',
  between: 'between calls, from first to last resource',
  checkpoints: 'writing the state',
} as const;

export type WithinId = keyof typeof withinNames;

export interface Amount {
  readonly milliseconds: number;
  readonly count: number;
}

const sum = (spans: readonly Span[]): Amount => ({
  milliseconds: spans.reduce((total, { start, end }) => total + end - start, 0),
  count: spans.length,
});

const providerCall = (name: string) => `pulumirpc.ResourceProvider/${name}`;

/** From the first request that needs the provider to its configuration; nothing where the stack has none. */
function providerStart({ spans }: Traced): Amount {
  const configured = called(spans, providerCall('Configure')).at(0);
  if (configured === undefined) return { milliseconds: 0, count: 0 };
  // The language host is a plug-in of the engine's as well; the provider is the last that is started.
  const begun = called(spans, 'newPlugin').at(-1)?.start ?? configured.start;
  return { milliseconds: configured.end - begun, count: 1 };
}

/** The program's requests for its stack's last outputs, which say what was applied. */
function appliedQuestions({ spans }: Traced): readonly Span[] {
  const parents = new Set(called(spans, 'builtinProvider.readStackReference').map(({ parent }) => parent));
  return called(spans, 'pulumirpc.ResourceMonitor/Invoke').filter(({ id }) => parents.has(id));
}

/** Inside of these the engine writes the stack's state. */
function stateWrites({ spans }: Traced): readonly Span[] {
  const [plan] = called(spans, 'pulumi-plan');
  return ['Copy', 'NewWriter'].flatMap((name) =>
    called(spans, `gocloud.dev/blob.${name}`).filter(({ start }) => plan === undefined || start > plan.start),
  );
}

/** How much of each there is in one `up`. */
export function withinOf(traced: Traced): Readonly<Record<WithinId, Amount>> {
  const { spans } = traced;
  const [check, diff, update] = ['Check', 'Diff', 'Update'].map((name) => called(spans, providerCall(name)));
  const calls = [...check!, ...diff!, ...update!];
  const begun = Math.min(...calls.map(({ start }) => start));
  const ended = Math.max(...calls.map(({ end }) => end));
  return {
    provider: providerStart(traced),
    answers: sum(appliedQuestions(traced)),
    check: sum(check!),
    diff: sum(diff!),
    update: sum(update!),
    between: {
      milliseconds: calls.length === 0 ? 0 : ended - begun - sum(calls).milliseconds,
      count: Math.max(0, calls.length - 1),
    },
    checkpoints: sum(stateWrites(traced)),
  };
}
