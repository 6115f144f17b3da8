import { labelsAt, listAt, mapAt, textAt, textsAt } from '../model/json';

/** Whether labels meet a plain selector, such as a Service's. An empty one selects nothing, as in Kubernetes. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(selector);
  return keys.length > 0 && keys.every((key) => labels[key] === selector[key]);
}

function meets(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[textAt(expression, 'key') ?? ''];
  const values = textsAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether labels meet a LabelSelector: all of matchLabels and all of matchExpressions. An empty one selects everything. */
export function meetsLabelSelector(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const wanted = labelsAt(mapAt(selector, 'matchLabels'));
  return (
    Object.keys(wanted).every((key) => labels[key] === wanted[key]) &&
    listAt(selector, 'matchExpressions').every((expression) => meets(expression, labels))
  );
}
