import { z } from 'zod';
import type { Counter, ProxyTime } from '../../counting/reading';
import { counterValue } from '../../counting/value';
import { readJson, SourceTrouble } from '../../trouble';
import { PART } from './query';

/** `/api/v1/query` as documented; what is unknown passes, what is known has its documented type. */
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    /** VictoriaMetrics' cluster: a storage node did not answer (app/vmselect/prometheus/query_response.qtpl). */
    isPartial: z.boolean().optional(),
    data: z.object({ resultType: z.enum(['vector', 'scalar']), result: z.array(z.unknown()) }),
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().optional(), error: z.string().optional() }),
]);

/** Thanos says so where no store can have such series at all (thanos-io/thanos pkg/store/proxy.go): that is no part of an answer. */
const NO_STORE = /no storeapis matched/i;

export interface Parts {
  readonly requests: readonly Counter[];
  readonly buckets: readonly Counter[];
  readonly read: readonly ProxyTime[];
}

interface Row {
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** A row is checked by hand: there are tens of thousands, and a schema's objects for each would be most of the memory. */
function rowOf(raw: unknown, what: string): Row | undefined {
  const { metric, value, histogram } = (raw ?? {}) as Record<string, unknown>;
  // A native histogram; what it holds is not what was asked for.
  if (value === undefined && histogram !== undefined) return undefined;
  const isRow =
    typeof metric === 'object' &&
    metric !== null &&
    Array.isArray(value) &&
    typeof value[0] === 'number' &&
    typeof value[1] === 'string' &&
    Object.values(metric).every((text) => typeof text === 'string');
  if (!isRow) {
    throw new SourceTrouble(
      'garbage',
      `${what} sent something else than documented: data.result: a series with metric and value is due`,
    );
  }
  const labels = metric as Record<string, string>;
  return { labels, value: counterValue((value as [number, string])[1], what) };
}

/** The data of an answer. @throws SourceTrouble for errors of the server, partial answers and whatever is not as documented */
function dataOf(text: string, what: string) {
  const answer = readJson(text, answerSchema, what);
  if (answer.status === 'error') {
    const said = (answer.error ?? 'no reason given').slice(0, 200);
    throw new SourceTrouble('refused', `${what} refuses the query: ${said}`);
  }
  if (answer.isPartial === true) {
    throw new SourceTrouble('partial', `${what} answered in part: a storage node is missing`);
  }
  const warnings = (answer.warnings ?? []).filter((each) => !NO_STORE.test(each));
  if (warnings.length > 0)
    throw new SourceTrouble('partial', `${what} warns: ${warnings.join('; ').slice(0, 200)}`);
  return answer.data;
}

/**
 * Reads the one number of a query of a stack's own: a scalar, or a vector of one series.
 * @throws SourceTrouble as `readParts` does, and where there is none (empty) or more than one
 */
export function readNumber(text: string, what: string): number {
  const { resultType, result } = dataOf(text, what);
  if (resultType === 'vector' && result.length > 1) {
    throw new SourceTrouble(
      'garbage',
      `${what} answered with ${result.length} series where one number is due: add them up in the query, as with sum(…)`,
    );
  }
  const pair: unknown =
    resultType === 'scalar' ? result : (result[0] as { readonly value?: unknown } | undefined)?.value;
  if (resultType === 'vector' && result.length === 0)
    throw new SourceTrouble('empty', `${what} has no series for the query`);
  const raw: unknown = Array.isArray(pair) ? pair[1] : undefined;
  if (typeof raw !== 'string' || raw.trim() === '')
    throw new SourceTrouble('garbage', `${what} sent something else than documented: a value is due`);
  const value = Number(raw);
  if (Number.isFinite(value)) return value;
  // 0/0 of two rates that are both zero, or x/0: what it stands for is no number.
  throw new SourceTrouble('empty', `${what} answered ${raw.slice(0, 20)}, which is no number`);
}

/**
 * Reads the parts of a look's answer.
 * @param aheadMs How far the server's clock is ahead of ours.
 * @throws SourceTrouble for errors of the server, partial answers and whatever is not as documented
 */
export function readParts(text: string, aheadMs: number, what: string): Parts {
  const { resultType, result } = dataOf(text, what);
  if (resultType !== 'vector')
    throw new SourceTrouble('garbage', `${what} sent something else than documented: a vector is due`);
  const parts = { requests: [] as Counter[], buckets: [] as Counter[], read: [] as ProxyTime[] };
  for (const raw of result) {
    const row = rowOf(raw, what);
    if (row === undefined) continue;
    const { [PART]: part, __name__: _, ...labels } = row.labels;
    if (part === 'requests') parts.requests.push({ labels, value: row.value });
    else if (part === 'buckets') parts.buckets.push({ labels, value: row.value });
    else if (part === 'read') parts.read.push({ labels, readAt: row.value * 1_000 - aheadMs });
    else throw new SourceTrouble('garbage', `${what} sent a series that was not asked for`);
  }
  return parts;
}
