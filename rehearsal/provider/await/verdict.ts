import { isObject, listAt, numberAt, stringAt, type JsonObject } from '../json';

/** What an object's status says about its readiness. */
export interface Verdict {
  readonly ready: boolean;
  /** Waiting longer is pointless. */
  readonly failed: boolean;
  /** What is missing, in words for the user; empty when ready. */
  readonly reasons: readonly string[];
}

export const READY: Verdict = { ready: true, failed: false, reasons: [] };

export function waiting(...reasons: string[]): Verdict {
  return { ready: false, failed: false, reasons };
}

export function failed(...reasons: string[]): Verdict {
  return { ready: false, failed: true, reasons };
}

export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export function condition(object: JsonObject, type: string): Condition | undefined {
  const found = listAt(object, 'status', 'conditions')
    .filter(isObject)
    .find((item) => item['type'] === type);
  if (found === undefined) return undefined;
  return {
    status: stringAt(found, 'status') ?? 'Unknown',
    reason: stringAt(found, 'reason') ?? '',
    message: stringAt(found, 'message') ?? '',
  };
}

/** The controller has seen the object as it was applied; before that its status speaks of an older one. */
export function isObserved(object: JsonObject): boolean {
  return (
    (numberAt(object, 'status', 'observedGeneration') ?? 0) >=
    (numberAt(object, 'metadata', 'generation') ?? 0)
  );
}
