import { at, equal, isObject, related, textAt, type Json, type JsonObject, type Path } from './json';
import { groupOf } from './kinds';
import { AUTONAMED } from './naming';
import { needsReplace, type ReplaceOptions } from './replaceRules';

type ChangeKind = 'add' | 'delete' | 'update';

export interface Change {
  readonly path: Path;
  readonly kind: ChangeKind;
}

export interface PropertyChange extends Change {
  readonly replace: boolean;
  /** The values to show are the inputs' (true) or the object's as last seen (false). */
  readonly inputDiff: boolean;
}

export interface DiffOutcome {
  readonly changes: readonly PropertyChange[];
  readonly deleteBeforeReplace: boolean;
}

/** The single values that differ, deepest paths; lists are compared position by position. */
export function leafChanges(before: Json | undefined, after: Json | undefined, path: Path = []): Change[] {
  if (equal(before, after)) return [];
  if (before === undefined || before === null) return after == null ? [] : [{ path, kind: 'add' }];
  if (after === undefined || after === null) return [{ path, kind: 'delete' }];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => leafChanges(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      leafChanges(before[index], after[index], [...path, index]),
    ).flat();
  }
  return [{ path, kind: 'update' }];
}

/** Members the server writes at every change, or that describe the object rather than what was asked of it. */
const SERVER_SIDE = [
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'selfLink',
];

export function withoutServerSide(object: JsonObject): JsonObject {
  const { status: _status, ...rest } = object;
  const metadata = isObject(rest['metadata']) ? { ...rest['metadata'] } : {};
  for (const key of SERVER_SIDE) delete metadata[key];
  return { ...rest, metadata };
}

/** A Secret's stringData is written to data by the server: compared there. */
function serverPath(path: Path): Path {
  return path[0] === 'stringData' ? ['data', ...path.slice(1)] : path;
}

/** What the server says would happen: the object as it is and as it would be. */
export interface DryRun {
  readonly live: JsonObject;
  readonly predicted: JsonObject;
  /** The set of fields our manager owns would change although no value does. */
  readonly ownershipChanges: boolean;
}

/**
 * The changes to report. The inputs say what the user changed; the dry run says which of that the server sees as a change
 * (`1000m` and `1` are the same to it) and which fields the apply would bring back although the inputs did not change.
 */
export function explain(
  oldInputs: JsonObject,
  newInputs: JsonObject,
  dryRun: DryRun | undefined,
): PropertyChange[] {
  const asked = leafChanges(oldInputs, newInputs).map((change) => ({
    ...change,
    replace: false,
    inputDiff: true,
  }));
  if (dryRun === undefined) return asked;
  const seen = leafChanges(withoutServerSide(dryRun.live), withoutServerSide(dryRun.predicted));
  if (seen.length === 0) return dryRun.ownershipChanges ? asked : [];
  const effective = asked.filter(({ path }) => seen.some((change) => related(serverPath(path), change.path)));
  const restored = seen
    .filter(({ path }) => at(newInputs, ...path) !== undefined)
    .filter(({ path }) => !asked.some((change) => related(serverPath(change.path), path)))
    .map((change) => ({ ...change, replace: false, inputDiff: false }));
  const changes = [...effective, ...restored];
  return changes.length > 0 ? changes : asked;
}

function mayShareName(oldInputs: JsonObject, newInputs: JsonObject): boolean {
  const same = (key: string) => equal(at(oldInputs, 'metadata', key), at(newInputs, 'metadata', key));
  const autonamed = at(newInputs, 'metadata', 'annotations', AUTONAMED) === 'true';
  return !autonamed && same('name') && same('namespace') && equal(oldInputs['kind'], newInputs['kind']);
}

/** Marks the changes that need a new object, by rule or because the server said that a field is immutable. */
export function decide(
  changes: readonly PropertyChange[],
  oldInputs: JsonObject,
  newInputs: JsonObject,
  options: ReplaceOptions,
  immutable: readonly string[] = [],
): DiffOutcome {
  const fields = immutable.map((field) => field.replace(/\[\d+\]/g, '').split('.'));
  const marked = changes.map((change) => ({
    ...change,
    replace:
      needsReplace(change.path, oldInputs, options) ||
      groupChanged(change.path, oldInputs, newInputs) ||
      fields.some((field) =>
        related(
          field,
          change.path.filter((step) => typeof step === 'string'),
        ),
      ),
  }));
  // The server may name a field in words of its own (e.g. all of `spec`); then the whole change needs the new object.
  if (immutable.length > 0 && !marked.some(({ replace }) => replace)) {
    return {
      changes: marked.map((change) => ({ ...change, replace: true })),
      deleteBeforeReplace: mayShareName(oldInputs, newInputs),
    };
  }
  const replaces = marked.some(({ replace }) => replace);
  return { changes: marked, deleteBeforeReplace: replaces && mayShareName(oldInputs, newInputs) };
}

/** Another version of the same group is the same object; another group is another object. */
function groupChanged(path: Path, oldInputs: JsonObject, newInputs: JsonObject): boolean {
  if (path[0] !== 'apiVersion') return false;
  return groupOf(textAt(oldInputs, 'apiVersion')) !== groupOf(textAt(newInputs, 'apiVersion'));
}
