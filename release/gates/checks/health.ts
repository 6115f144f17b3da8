import { valueAt } from '../fieldPath';
import type { CheckResult, HealthObservation } from '../model';
import type { HealthExpectation, HealthSettings } from '../settings';
import { times } from '../words';
import { result } from './context';

const shown = (value: unknown): string =>
  value === undefined ? 'missing' : (JSON.stringify(value) ?? 'unknown').slice(0, 60);

function unmet(body: unknown, { field, equals, below, above }: HealthExpectation): string | undefined {
  const value = valueAt(body, field);
  if (equals !== undefined)
    return value === equals ? undefined : `${field} is ${shown(value)}, not ${shown(equals)}`;
  // A text such as "12" is no number: whoever compares it as one takes "" for 0.
  if (typeof value !== 'number' || !Number.isFinite(value))
    return `${field} is ${shown(value)}, not a number`;
  if (below !== undefined && !(value < below)) return `${field} is ${value}, not below ${below}`;
  return above !== undefined && !(value > above) ? `${field} is ${value}, not above ${above}` : undefined;
}

/** What is wrong with a health answer; empty when it is healthy, undefined when there was no answer to judge. */
export function healthFaults(
  observation: HealthObservation,
  settings: HealthSettings,
): readonly string[] | undefined {
  if (observation.kind === 'none') return undefined;
  const status =
    observation.status >= 200 && observation.status < 300 ? [] : [`status ${observation.status}`];
  if (observation.kind === 'unreadable') return [...status, 'the answer is no JSON'];
  return [...status, ...settings.expect.flatMap((wanted) => unmet(observation.body, wanted) ?? [])];
}

/** What is remembered of health between two looks. */
export interface HealthMemory {
  /** Unhealthy answers in a row. */
  readonly failures: number;
  readonly last?: HealthObservation;
}

export function rememberHealth(
  memory: HealthMemory,
  observation: HealthObservation | undefined,
  settings: HealthSettings | undefined,
): HealthMemory {
  if (observation === undefined || settings === undefined) return memory;
  const faults = healthFaults(observation, settings);
  // No answer says nothing either way: the row goes on where it was.
  const failures = faults === undefined ? memory.failures : faults.length === 0 ? 0 : memory.failures + 1;
  return { failures, last: observation };
}

const bounds = ({ field, equals, below, above }: HealthExpectation): string =>
  equals !== undefined
    ? `${field} = ${shown(equals)}`
    : [below === undefined ? '' : `${field} < ${below}`, above === undefined ? '' : `${field} > ${above}`]
        .filter(Boolean)
        .join(', ');

/** The canary's own word on its health: unhealthy several times in a row condemns it, and the last answer must be healthy. */
export function health(memory: HealthMemory, settings: HealthSettings | undefined): CheckResult {
  if (settings === undefined)
    return result('health', 'notApplicable', 'no health address is set', 'not looked at');
  const rule = `${settings.expect.map(bounds).join(' and ')}; ${times(settings.failures, 'unhealthy answer')} in a row condemn`;
  const { failures, last } = memory;
  if (last === undefined) return result('health', 'inconclusive', rule, 'not asked yet');
  const took = last.kind === 'none' ? null : last.tookMs;
  const numbers = { failures, tookMs: took };
  const faults = healthFaults(last, settings);
  if (failures >= settings.failures) {
    const found = faults === undefined || faults.length === 0 ? 'unhealthy' : faults.join(', ');
    return result('health', 'fail', rule, `${found}, ${failures} times in a row`, numbers, [settings.url]);
  }
  if (faults === undefined) {
    const detail = last.kind === 'none' ? last.detail : '';
    return result('health', 'inconclusive', rule, `no answer: ${detail}`, numbers, [settings.url]);
  }
  return faults.length === 0
    ? result('health', 'pass', rule, 'healthy', numbers, [settings.url])
    : result('health', 'inconclusive', rule, faults.join(', '), numbers, [settings.url]);
}
