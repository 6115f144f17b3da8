import { stringify } from 'smol-toml';
import { examine, ProblemsError, type Problem } from '../../validation';
import type { Kind, TomlValue } from '../table';

export type Form = 'table' | 'list';

/** One of DataKit's collectors ("inputs"). */
export interface Collector<T> {
  /** DataKit's name of it, as in `[[inputs.<input>]]`. */
  readonly input: string;
  /** How DataKit's own sample writes it: one table `[inputs.<input>]`, or a list of them, `[[inputs.<input>]]`. */
  readonly form: Form;
  readonly kind: Kind<T>;
}

/** The part of a kind that finds what is wrong. */
export type Checked = Pick<Kind<unknown>, 'schema' | 'examples'>;

/** Everything that is wrong with the settings of a collector. */
export const collectorProblems = (kind: Checked, settings: unknown, path: string): readonly Problem[] =>
  examine(kind.schema, settings, path, kind.examples).problems;

/** The TOML of settings that have been checked. */
export function toml(input: string, form: Form, tables: readonly TomlValue[]): string {
  // Floats keep their point; integers are written from bigints.
  return `${stringify({ inputs: { [input]: form === 'table' ? tables[0] : tables } }, { numbersAsFloat: true }).trim()}\n`;
}

/**
 * The `.conf` file that starts a collector.
 * @throws ProblemsError naming every setting that is unknown, missing or out of range.
 */
export function renderCollector<T>(collector: Collector<T>, settings: T, path = collector.input): string {
  const problems = collectorProblems(collector.kind, settings, path);
  if (problems.length > 0) throw new ProblemsError(`collector ${collector.input}`, problems);
  return toml(collector.input, collector.form, [collector.kind.render(settings)]);
}
