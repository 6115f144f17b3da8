import { parse } from 'smol-toml';
import { renderCollector, type Collector } from '../../../../components/datakit/pure';
import { ProblemsError, type Problem } from '../../../../components/validation';

/** Settings in which no key is missing, at any depth: a new setting without a test does not compile. */
export type Every<T> = T extends readonly (infer U)[]
  ? readonly Every<U>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [K in keyof T]-?: Every<Exclude<T[K], undefined>> }
    : T;

/** A collector's table as DataKit reads it. Integers come as bigints, so that a float is not taken for one. */
export function readBack<T>(collector: Collector<T>, settings: T): unknown {
  const document = parse(renderCollector(collector, settings), { integersAsBigInt: true });
  const inputs = document['inputs'] as Record<string, unknown>;
  expect(Object.keys(inputs)).toEqual([collector.input]);
  const table = inputs[collector.input];
  if (collector.form === 'table') return table;
  expect(table).toHaveLength(1);
  return (table as unknown[])[0];
}

function thrownBy(action: () => unknown): readonly Problem[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    for (const { remedy } of error.problems) expect(remedy).not.toBe('');
    return error.problems;
  }
}

/** The problems that something throws, as `path problem`; none where it does not throw. */
export const problemsOf = (action: () => unknown): string[] =>
  thrownBy(action).map(({ path, problem }) => `${path} ${problem}`);

/** The places of the problems only. */
export const placesOf = (action: () => unknown): string[] => thrownBy(action).map(({ path }) => path);
