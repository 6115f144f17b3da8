import { at, isObject, objectAt, type Json, type JsonObject, type Path } from './json';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function isSecretKind(object: JsonObject): boolean {
  return object['kind'] === 'Secret' && object['apiVersion'] === 'v1';
}

/**
 * What must be marked secret in an object that came back from the server: a Secret's values always, and every value that
 * was secret in the inputs. Positions in lists are not the inputs' positions, so a secret inside a list hides the list,
 * as the engine does for providers that know no secrets.
 */
export function secretPaths(object: JsonObject, inputSecrets: readonly Path[]): Path[] {
  const paths = inputSecrets.map((path) => {
    const list = path.findIndex((step) => typeof step === 'number');
    return list < 0 ? path : path.slice(0, list);
  });
  if (inputSecrets.some((path) => path[0] === 'stringData')) paths.push(['data']);
  if (isSecretKind(object)) {
    for (const key of ['data', 'stringData']) if (object[key] !== undefined) paths.push([key]);
  }
  if (paths.length > 0 || isSecretKind(object)) {
    // kubectl writes the whole object, values and all, into this annotation.
    if (at(object, 'metadata', 'annotations', LAST_APPLIED) !== undefined) {
      paths.push(['metadata', 'annotations', LAST_APPLIED]);
    }
  }
  return paths;
}

function strings(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(strings);
  return isObject(value) ? Object.values(value).flatMap(strings) : [];
}

/** Shorter ones would blank out ordinary words, and are no secrets worth the name. */
const SHORTEST = 4;

/** Makes a function that blanks out every secret value of an object in a text: the API server quotes what it refuses. */
export function redactor(object: JsonObject, secrets: readonly Path[]): (text: string) => string {
  const values = secrets.flatMap((path) => strings(at(object, ...path)));
  if (isSecretKind(object)) {
    values.push(...strings(objectAt(object, 'data')), ...strings(objectAt(object, 'stringData')));
  }
  const forms = values.flatMap((value) => {
    const quoted = JSON.stringify(value).slice(1, -1);
    const decoded = Buffer.from(value, 'base64');
    const wasEncoded = decoded.toString('base64') === value;
    return [
      value,
      quoted,
      Buffer.from(value, 'utf8').toString('base64'),
      wasEncoded ? decoded.toString() : '',
    ];
  });
  const hidden = [...new Set(forms)]
    .filter((form) => form.trim().length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
}
