import { z } from 'zod';
import { counterValue, numberValue } from '../../counting/value';
import { readJson, SourceTrouble } from '../../trouble';

/** The newest value of a counter. */
export interface NewestValue {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, by the service's clock. */
  readonly at: number;
  readonly value: number;
}

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const seriesSchema = z.object({
  name: z.string().nullish(),
  tags: z.record(z.string(), z.string().nullable()).nullish(),
  columns: z.array(z.string()),
  values: z.array(z.array(cell)).nullish(),
});

const resultSchema = z.object({
  series: z.array(seriesSchema).nullish(),
  is_running: z.boolean().nullish(),
  /** -1, or where the next part begins. */
  next_cursor_time: z.number().nullish(),
  /** The part of the points that was looked at, 1 for all. */
  sample: z.number().nullish(),
});

/** The answer of query_data_v1 as its documentation shows it. */
const answerSchema = z.object({
  code: z.number(),
  success: z.boolean().optional(),
  errorCode: z.string().nullish(),
  message: z.string().nullish(),
  content: z.object({ data: z.array(resultSchema).nullish() }).nullish(),
});

type Row = z.output<typeof seriesSchema>;

type ReadValue = typeof counterValue;

function toNewest(row: Row, what: string, read: ReadValue): NewestValue | undefined {
  const time = row.columns.indexOf('time');
  const value = row.columns.findIndex((_, i) => i !== time);
  if (time < 0 || value < 0) {
    throw new SourceTrouble(
      'garbage',
      `${what} sent columns ${row.columns.join(', ').slice(0, 80)}; time and a value are due`,
    );
  }
  const newest = (row.values ?? [])
    .filter((cells) => cells[value] !== null && cells[value] !== undefined)
    .map((cells) => ({ at: counterValue(cells[time], what), value: read(cells[value], what) }))
    .reduce<{ at: number; value: number } | undefined>(
      (last, each) => (last === undefined || each.at > last.at ? each : last),
      undefined,
    );
  if (newest === undefined) return undefined;
  const labels = Object.entries(row.tags ?? {}).flatMap(([tag, text]) =>
    text === null ? [] : [[tag, text] as const],
  );
  return { labels: Object.fromEntries(labels), ...newest };
}

/**
 * Reads the counters out of an answer, one list per query, each with its newest value. Gaps (null) are passed over; a series
 * of gaps only counts as none.
 * @throws SourceTrouble for errors of the service, partial results and whatever is not as documented
 */
export function readGuance(
  text: string,
  queries: number,
  slimit: number,
  what: string,
  read: ReadValue = counterValue,
): NewestValue[][] {
  const answer = readJson(text, answerSchema, what);
  if (answer.code !== 200 || answer.success === false) {
    const said = [answer.errorCode, answer.message].filter(Boolean).join(': ').slice(0, 200);
    throw new SourceTrouble(
      'refused',
      `${what} refuses the query: ${said === '' ? `code ${answer.code}` : said}`,
    );
  }
  const data = answer.content?.data ?? [];
  if (data.length !== queries) {
    const reason = data.length === 0 ? 'empty' : 'partial';
    throw new SourceTrouble(reason, `${what} sent ${data.length} results to ${queries} queries`);
  }
  return data.map((result) => {
    const series = result.series ?? [];
    const partial = (why: string) => new SourceTrouble('partial', `${what} sent a part only: ${why}`);
    if (result.is_running === true) throw partial('the query is still running');
    if ((result.next_cursor_time ?? -1) >= 0) throw partial('more pages follow; shorten the window');
    if ((result.sample ?? 1) !== 1) throw partial('the points were sampled');
    if (series.length >= slimit) throw partial(`there are ${slimit} series or more; narrow the selector`);
    return series.map((row) => toNewest(row, what, read)).filter((each) => each !== undefined);
  });
}

/** Reads the one number of a query of a stack's own. @throws SourceTrouble as `readGuance` does, and where there is none or more than one */
export function readNumber(text: string, slimit: number, what: string): number {
  const [series = []] = readGuance(text, 1, slimit, what, numberValue);
  if (series.length === 1) return series[0]!.value;
  throw series.length === 0
    ? new SourceTrouble('empty', `${what} has no value for the query`)
    : new SourceTrouble(
        'garbage',
        `${what} answered with ${series.length} series where one number is due: leave out BY, or add them up in the query`,
      );
}
