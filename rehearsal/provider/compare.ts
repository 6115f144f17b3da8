import type { ProviderConfig } from './config';
import { titleOf } from './describeObject';
import { decide, explain, type DiffOutcome, type DryRun } from './diff';
import { ApiError, describe, ProviderError } from './errors';
import { managerFor } from './fieldManager';
import { withIgnoredFields } from './ignoredFields';
import { equal, objectAt, stringAt, type JsonObject } from './json';
import { ownedFields } from './managedFields';
import { parseId } from './naming';
import type { Objects } from './objects';
import { hasUnknown } from './wire';

/** One resource, as the state has it and as the program wants it. */
export interface Comparison {
  readonly urn: string;
  readonly id: string;
  readonly oldInputs: JsonObject;
  readonly state: JsonObject;
  readonly inputs: JsonObject;
  /** Fields whose changes the program ignores. */
  readonly ignored: readonly string[];
}

function withoutNamespace(inputs: JsonObject): JsonObject {
  const { namespace: _namespace, ...metadata } = objectAt(inputs, 'metadata');
  return { ...inputs, metadata };
}

/**
 * Asks the server what the apply would do. It is forced: a claim of another manager is no reason not to know the
 * difference (a refresh compares too), and the update itself, previewed or not, reports the claim. What the server
 * refuses for another reason the update reports as well; then the inputs alone tell the difference.
 */
async function dryRun(
  objects: Objects,
  { urn, id, oldInputs, state, ignored }: Comparison,
  inputs: JsonObject,
): Promise<{ run?: DryRun; immutable: string[] }> {
  try {
    const place = await objects.place(inputs, parseId(id));
    if (place === undefined) return { immutable: [] };
    const manager = managerFor(inputs, state, urn);
    const apply = (applied: JsonObject) =>
      objects.apply(place, applied, manager, { dryRun: true, force: true });
    const reading = objects.get(place);
    const applying = ignored.length === 0 ? apply(inputs) : undefined;
    const [live, atOnce] = await Promise.all([reading, applying]);
    if (live === undefined) return { immutable: [] };
    const predicted = atOnce ?? (await apply(withIgnoredFields(inputs, live, ignored, manager)));
    const owned = ownedFields(live, manager);
    const ownershipChanges = owned !== undefined && !equal(owned, ownedFields(predicted, manager));
    return { run: { live, predicted, ownershipChanges }, immutable: [] };
  } catch (error) {
    if (error instanceof ApiError) return { immutable: error.immutableFields };
    throw new ProviderError(describe(error, `comparing ${titleOf(oldInputs)}`), { cause: error });
  }
}

/** What an update would change, and whether it takes a new object. Equal inputs need no request. */
export async function compare(
  objects: Objects,
  config: ProviderConfig,
  comparison: Comparison,
): Promise<DiffOutcome> {
  let [before, after] = [comparison.oldInputs, comparison.inputs];
  if (equal(before, after)) return { changes: [], deleteBeforeReplace: false };
  if (stringAt(comparison.state, 'metadata', 'namespace') === undefined) {
    // The kind turned out to have no namespaces after the check had taken it to have some.
    [before, after] = [withoutNamespace(before), withoutNamespace(after)];
  }
  const asked = decide(explain(before, after, undefined), before, after, config);
  const otherObject = asked.changes.some(
    ({ replace, path }) => replace && (path[0] === 'metadata' || path[0] === 'kind'),
  );
  if (otherObject || hasUnknown(after)) return asked;
  const { run, immutable } = await dryRun(objects, comparison, after);
  return decide(explain(before, after, run), before, after, config, immutable);
}
