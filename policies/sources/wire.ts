import { fieldPath, isMap, type Segment } from '../model/json';
import { UNKNOWN } from '../model/unknown';

/** Marks special values; fixed by Pulumi's wire format. */
export const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** What stands for an unknown value of each type; fixed by Pulumi's wire format. */
const unknowns = new Set([
  '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);

/** Stands where a secret is: policies see that there is a value and that it is kept, never what it is. */
export const CONCEALED = '[secret]';

function concealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(concealed);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, concealed(entry)]));
  return CONCEALED;
}

export interface Decoded {
  readonly value: unknown;
  /** Fields that are secret. */
  readonly secretFields: readonly string[];
}

/**
 * Takes Pulumi's marks out of a value: unknown values become `UNKNOWN`, secrets are concealed and their places noted.
 * What is secret to the engine is not shown to any policy, so none can print it.
 */
export function decode(value: unknown): Decoded {
  const secretFields: string[] = [];
  const visit = (part: unknown, path: readonly Segment[]): unknown => {
    if (typeof part === 'string') return unknowns.has(part) ? UNKNOWN : part;
    if (Array.isArray(part)) return part.map((entry, place) => visit(entry, [...path, place]));
    if (!isMap(part)) return part;
    if (part[SIGNATURE] === SECRET) {
      secretFields.push(fieldPath(...path));
      // In a state the value itself is encrypted and only its place is known.
      return 'value' in part ? concealed(part['value']) : CONCEALED;
    }
    return Object.fromEntries(
      Object.entries(part).map(([key, entry]) => [key, visit(entry, [...path, key])]),
    );
  };
  return { value: visit(value, []), secretFields };
}
