import type { z } from 'zod';
import { HttpFailure } from '../http';
import type { NoEvidenceReason } from './model';

/** What keeps a source from being read, with the reason a gate reports. */
export class SourceTrouble extends Error {
  constructor(
    readonly reason: NoEvidenceReason,
    message: string,
  ) {
    super(message);
    this.name = 'SourceTrouble';
  }
}

function reasonOf(failure: HttpFailure): NoEvidenceReason {
  if (failure.kind === 'timeout') return 'timeout';
  if (failure.kind === 'tooLarge') return 'tooLarge';
  return failure.kind === 'status' && !failure.passing ? 'refused' : 'unreachable';
}

/** Turns whatever a source ran into into a reason; anything that is not the source's fault is thrown on. */
export function asTrouble(thrown: unknown): SourceTrouble {
  if (thrown instanceof SourceTrouble) return thrown;
  if (thrown instanceof HttpFailure) return new SourceTrouble(reasonOf(thrown), thrown.message);
  throw thrown;
}

/** Reads an answer as JSON of a shape; what else came is told apart, for the remedies differ. */
export function readJson<S extends z.ZodType>(text: string, schema: S, what: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const beginning = text.slice(0, 1_000).trim();
    const html = /^<(!doctype|html|head|body)/i.test(beginning);
    const got = text.trim() === '' ? 'an empty answer' : html ? 'a web page' : 'no JSON';
    const hint = html ? '; is it the address of the API, or of a login page or a dashboard?' : '';
    throw new SourceTrouble('garbage', `${what} sent ${got} where JSON is due${hint}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? 'the answer' : issue.path.join('.');
  throw new SourceTrouble(
    'garbage',
    `${what} sent something else than documented: ${place}: ${issue?.message ?? ''}`,
  );
}

/**
 * Runs a task for each item, so many at a time. Waits for all before the first failure is thrown: a request left running
 * would outlive the look it belongs to.
 */
export async function inTurns<T>(
  atATime: number,
  items: readonly T[],
  task: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && failures.length === 0) {
      const item = items[next]!;
      next += 1;
      await task(item).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
