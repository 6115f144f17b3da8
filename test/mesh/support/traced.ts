import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Span, Trace } from '../../../rehearsal/datakit';
import type { Platform } from '../../../rehearsal/platform/platform';
import { versionOfAnswer } from '../../../rehearsal/traffic';
import { podsOf } from '../../support/rehearsal';

/** One page load through the ingress gateway whose spans are all sent, with a mark by which its trace is found again. */
export interface TracedPage {
  readonly mark: string;
  readonly status: number;
  readonly text: string;
  readonly seconds: number;
  /** The version of reviews that the page says it was served by. */
  readonly version: string | undefined;
}

export interface PageOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** Loads a page. The header that samples its trace overrules the mesh's sampling, as a browser's monitoring does. */
export async function tracedPage(
  platform: Platform,
  { headers = {}, path = '/productpage' }: PageOptions = {},
) {
  const mark = randomUUID();
  const startedAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${platform.ports.ingress}${path}?mark=${mark}`, {
    headers: { ...headers, 'x-b3-sampled': '1' },
  });
  const text = await answer.text();
  const seconds = (performance.now() - startedAt) / 1000;
  const page: TracedPage = {
    ...{ mark, text, seconds },
    status: answer.status,
    version: versionOfAnswer(text, 'reviews', await podsOf(platform)),
  };
  return page;
}

/** Spans come late, and a trace is judged once none has come for six seconds. */
const judgedWithinMs = 30_000;

/**
 * The traces of these pages as DataKit has them, in the pages' order.
 * @throws Error naming how many never came
 */
export async function tracesOf(platform: Platform, pages: readonly TracedPage[]): Promise<readonly Trace[]> {
  const deadline = Date.now() + judgedWithinMs;
  for (;;) {
    // Asking for the counts is what makes DataKit's stand-in judge what is due.
    await platform.call('GET', '/datakit');
    const [whole, broken] = await Promise.all(
      ['whole', 'broken'].map((which) =>
        platform.call<Trace[]>('GET', `/datakit/traces?which=${which}&limit=300`),
      ),
    );
    const known = [...(whole ?? []), ...(broken ?? [])];
    const found = pages.map(({ mark }) =>
      known.find(({ spans }) => spans.some(({ tags }) => tags['http.url']?.includes(mark))),
    );
    const traces = found.filter((trace) => trace !== undefined);
    if (traces.length === pages.length) return traces;
    if (Date.now() > deadline)
      throw new Error(`of ${pages.length} traces ${pages.length - traces.length} never came`);
    await sleep(300);
  }
}

const short = ({ service }: Span): string => service.split('.')[0] ?? service;

/** Spans of one service and kind. */
export const spansOf = (trace: Trace, service: string, kind: Span['kind']): readonly Span[] =>
  trace.spans.filter((span) => short(span) === service && span.kind === kind);

/** The spans from the first one down to this one, as `service KIND`, by their parents alone. */
export function wayTo(trace: Trace, span: Span): readonly string[] {
  const parent = trace.spans.find(({ id }) => id === span.parentId);
  const above = parent === undefined ? [] : wayTo(trace, parent);
  return [...above, `${short(span)} ${span.kind}`];
}

/** Calls of one service to another, as the caller's proxy saw them. */
export const callsBetween = (trace: Trace, caller: string, callee: string): readonly Span[] =>
  spansOf(trace, caller, 'CLIENT').filter(({ tags }) =>
    tags['upstream_cluster']?.split('|').at(-1)?.startsWith(`${callee}.`),
  );

/** How long a span took, seconds. */
export const seconds = ({ duration }: Span): number => duration / 1e6;
