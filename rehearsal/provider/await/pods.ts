import { isObject, listAt, numberAt, objectAt, stringAt, textAt, type JsonObject } from '../json';
import { condition, failed, READY, waiting, type Verdict } from './verdict';

/** Waiting reasons that are part of an ordinary start. */
const ORDINARY = new Set(['ContainerCreating', 'PodInitializing', '']);

function containerProblems(pod: JsonObject): string[] {
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((key) =>
    listAt(pod, 'status', key),
  );
  return statuses.filter(isObject).flatMap((container) => {
    const name = stringAt(container, 'name') ?? '';
    const reason = stringAt(container, 'state', 'waiting', 'reason') ?? '';
    const message = stringAt(container, 'state', 'waiting', 'message') ?? '';
    const problems = ORDINARY.has(reason) ? [] : [`container ${name}: ${reason}${message && `: ${message}`}`];
    for (const state of ['state', 'lastState']) {
      const code = numberAt(container, state, 'terminated', 'exitCode') ?? 0;
      if (code !== 0) {
        const why =
          stringAt(container, state, 'terminated', 'message') ??
          stringAt(container, state, 'terminated', 'reason');
        problems.push(`container ${name} ended with exit code ${code}${why === undefined ? '' : `: ${why}`}`);
      }
    }
    return problems;
  });
}

/** What keeps a pod from being ready, one text each with the pod's name. */
export function podProblems(pod: JsonObject): string[] {
  const name = stringAt(pod, 'metadata', 'name') ?? '';
  const problems = containerProblems(pod);
  const scheduled = condition(pod, 'PodScheduled');
  if (scheduled?.status === 'False') problems.push(`${scheduled.reason}: ${scheduled.message}`);
  return problems.map((problem) => `pod ${name}: ${problem}`);
}

export function pod(object: JsonObject): Verdict {
  const phase = stringAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded' || condition(object, 'Ready')?.status === 'True') return READY;
  const problems = podProblems(object);
  if (phase === 'Failed') {
    const why = stringAt(object, 'status', 'message') ?? stringAt(object, 'status', 'reason') ?? 'it failed';
    return failed(...(problems.length > 0 ? problems : [why]));
  }
  return waiting(...(problems.length > 0 ? problems : [`phase ${phase}, not ready`]));
}

/** A label selector in the form list requests take. */
export function selectorQuery(selector: JsonObject): string {
  const wanted = objectAt(selector, 'matchLabels');
  const labels = Object.keys(wanted).map((key) => `${key}=${textAt(wanted, key)}`);
  const expressions = listAt(selector, 'matchExpressions')
    .filter(isObject)
    .map((expression) => {
      const key = stringAt(expression, 'key') ?? '';
      const values = `(${listAt(expression, 'values').map(String).join(',')})`;
      switch (stringAt(expression, 'operator')) {
        case 'In':
          return `${key} in ${values}`;
        case 'NotIn':
          return `${key} notin ${values}`;
        case 'DoesNotExist':
          return `!${key}`;
        default:
          return key;
      }
    });
  return [...labels, ...expressions].join(',');
}
