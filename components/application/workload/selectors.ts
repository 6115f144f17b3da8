import { isJson, listAt, mapAt } from '../sources/manifest';

export type Labels = Readonly<Record<string, string>>;

interface Requirement {
  readonly key?: unknown;
  readonly operator?: unknown;
  readonly values?: unknown;
}

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = labels[String(key)];
  const listed = Array.isArray(values) && values.map(String).includes(String(value));
  switch (operator) {
    case 'In':
      return value !== undefined && listed;
    case 'NotIn':
      return value === undefined || !listed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether a LabelSelector (matchLabels, matchExpressions) selects these labels. An empty one selects everything. */
export const selects = (selector: unknown, labels: Labels): boolean =>
  matchesAll(mapAt(selector, 'matchLabels'), labels) &&
  listAt(selector, 'matchExpressions').every((requirement) => meets(labels, requirement));

/** Whether labels hold every pair of a map. */
const matchesAll = (wanted: Readonly<Record<string, unknown>>, labels: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** Whether a Service selects pods with these labels; one without a selector selects none. */
export const serviceSelects = (service: unknown, labels: Labels): boolean => {
  const selector = mapAt(service, 'spec', 'selector');
  return Object.keys(selector).length > 0 && matchesAll(selector, labels);
};

/** Labels of a pod template. Values that are no texts would be refused by the API server. */
export const templateLabels = (workload: unknown): Labels =>
  mapAt(workload, 'spec', 'template', 'metadata', 'labels') as Labels;

/** A selector map or LabelSelector with other values for keys that it already has. */
export function withValues(selector: unknown, values: Labels): unknown {
  if (!isJson(selector)) return selector;
  const changed = (map: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(map).map(([key, value]) => [key, values[key] ?? value]));
  return isJson(selector['matchLabels'])
    ? { ...selector, matchLabels: changed(selector['matchLabels']) }
    : changed(selector);
}
