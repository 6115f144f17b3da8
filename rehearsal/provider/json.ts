/** Plain data as it travels between the engine, this plugin and the API server. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Where a value is: object keys and list positions from the root. */
export type Path = readonly (string | number)[];

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}

export function at(value: Json | undefined, ...path: Path): Json | undefined {
  let here: Json | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') here = Array.isArray(here) ? here[step] : undefined;
    else here = isObject(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}

export function stringAt(value: Json | undefined, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Like stringAt, with the empty text for what is not there or no string. */
export function textAt(value: Json | undefined, ...path: Path): string {
  return stringAt(value, ...path) ?? '';
}

export function numberAt(value: Json | undefined, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function objectAt(value: Json | undefined, ...path: Path): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function listAt(value: Json | undefined, ...path: Path): Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The engine's own notation for property paths: a.b[0]["key.with.dots"]. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/[.[\]"]/.test(step) || step === '') {
      text += `["${step.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"]`;
    } else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** True when one path is the other or lies above it. */
export function related(a: Path, b: Path): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
