import { annotation, skipsAwait } from './annotations';
import { awaitGone, awaitReady, DEFAULT_TIMEOUT_S, hasAwait, unreadyReasons, type Wait } from './await';
import { check, type CheckFailure, type NameRules } from './check';
import { compare } from './compare';
import type { ProviderConfig } from './config';
import { inWords, titleOf } from './describeObject';
import type { DiffOutcome } from './diff';
import { ApiError, NotReadyError, ProviderError } from './errors';
import { isForced, managerFor } from './fieldManager';
import { withIgnoredFields } from './ignoredFields';
import type { JsonObject, Path } from './json';
import { parseToken, refusal } from './kinds';
import { ownedFields } from './managedFields';
import { managerOf, objectId, parseId } from './naming';
import { notServed, Objects, type Place } from './objects';
import { previewed, previewedFromInputs } from './preview';
import { importedInputs, initialApiVersion, refreshedInputs, toState } from './read';
import { secretPaths } from './secrets';
import { hasUnknown, withoutNulls, type Properties } from './wire';

export interface Target {
  readonly urn: string;
  readonly type: string;
}

export interface Change extends Target {
  readonly preview: boolean;
  /** The program's customTimeouts, seconds; 0 when it gives none. */
  readonly timeout: number;
  /** Fields whose changes the program ignores, in an update. Default: none. */
  readonly ignored?: readonly string[];
}

/** Tells the engine's user something beside a resource: passing progress, or a warning that stays. */
export type Log = (severity: 'status' | 'warning', urn: string, message: string) => void;

export interface ReadObject {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

/** A preview must not fail because the cluster is not there yet, or because previewing there is not allowed. */
function cannotPreview(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 404 || error.code === 403 || error.code === 405);
}

function remembered(state: JsonObject, inputSecrets: readonly Path[]): Properties {
  return { value: state, secrets: secretPaths(state, inputSecrets) };
}

/** The Kubernetes provider in plain terms: no protocol, no process. One instance serves one engine run. */
export class KubernetesProvider {
  private readonly cancelled = new AbortController();
  private configured: { config: ProviderConfig; objects: Objects } | undefined;
  /** Resources the engine will delete before it creates them anew: their names are still taken in a preview. */
  private readonly makingRoom = new Set<string>();
  /** Resources the engine has in its state: creating one of these again is a replacement. */
  private readonly inState = new Set<string>();

  constructor(private readonly log: Log) {}

  configure(config: ProviderConfig): void {
    this.configured = { config, objects: new Objects(config, this.cancelled.signal) };
    const { client } = this.configured.objects;
    setImmediate(() => void client.warmUp());
  }

  /** Ends every wait and request; what was under way fails with an error that says so. */
  cancel(): void {
    this.cancelled.abort();
  }

  private get ready(): { config: ProviderConfig; objects: Objects } {
    if (this.configured === undefined)
      throw new ProviderError('the plugin was used before it was configured');
    return this.configured;
  }

  async check(
    target: Target,
    name: string,
    olds: Properties,
    news: Properties,
    naming: NameRules,
  ): Promise<{ inputs: JsonObject; failures: CheckFailure[] }> {
    const { objects } = this.ready;
    if (Object.keys(olds.value).length > 0) this.inState.add(target.urn);
    return check({
      type: target.type,
      resourceName: name,
      olds: olds.value,
      news: withoutNulls(news.value),
      naming,
      defaultNamespace: async (apiVersion, kind, knownNamespaced) => {
        // A kind the cluster does not serve yet is taken to have namespaces; applying it later sets that right.
        const namespaced = knownNamespaced || (await objects.find(apiVersion, kind))?.namespaced !== false;
        return namespaced ? objects.defaultNamespace() : undefined;
      },
    });
  }

  async diff(
    target: Target,
    id: string,
    oldInputs: Properties,
    olds: Properties,
    news: Properties,
    ignored: readonly string[] = [],
  ): Promise<DiffOutcome> {
    const { config, objects } = this.ready;
    const inputs = withoutNulls(news.value);
    const { urn } = target;
    const comparison = { urn, id, oldInputs: oldInputs.value, state: olds.value, inputs, ignored };
    const outcome = await inWords(inputs, news.secrets, `comparing ${titleOf(inputs)}`, () =>
      compare(objects, config, comparison),
    );
    if (outcome.deleteBeforeReplace) this.makingRoom.add(target.urn);
    return outcome;
  }

  async create(change: Change, given: Properties): Promise<{ id: string; state: Properties }> {
    const { config, objects } = this.ready;
    const inputs = withoutNulls(given.value);
    return inWords(inputs, given.secrets, `creating ${titleOf(inputs)}`, async () => {
      const fromInputs = () => ({
        id: '',
        state: { value: previewedFromInputs(inputs), secrets: given.secrets },
      });
      if (change.preview && (hasUnknown(inputs) || this.makingRoom.has(change.urn))) return fromInputs();
      const place = change.preview ? await objects.place(inputs) : await objects.placeSoon(inputs);
      if (place === undefined) {
        this.log('warning', change.urn, `${notServed(inputs)}. Previewed from the inputs`);
        return fromInputs();
      }
      const manager = managerFor(inputs, {}, change.urn);
      const id = objectId(place.name, place.namespace);
      if (!config.upsert) await this.refuseToTakeOver(change, place, inputs, manager, id);
      const force = isForced(inputs, config);
      if (change.preview) {
        try {
          const object = await objects.apply(place, inputs, manager, { dryRun: true, force });
          return { id, state: remembered(previewed(toState(object, manager), inputs), given.secrets) };
        } catch (error) {
          if (cannotPreview(error)) return fromInputs();
          throw error;
        }
      }
      const object = await objects.apply(place, inputs, manager, { dryRun: false, force });
      return { id, state: await this.settle(change, place, inputs, object, manager, given.secrets) };
    });
  }

  async update(change: Change, id: string, olds: Properties, news: Properties): Promise<Properties> {
    const { config, objects } = this.ready;
    const inputs = withoutNulls(news.value);
    return inWords(inputs, news.secrets, `updating ${titleOf(inputs)}`, async () => {
      const fromInputs = () => ({ value: previewedFromInputs(inputs), secrets: news.secrets });
      if (change.preview && hasUnknown(inputs)) return fromInputs();
      const name = parseId(id);
      const place = change.preview
        ? await objects.place(inputs, name)
        : await objects.placeSoon(inputs, name);
      if (place === undefined) return fromInputs();
      const manager = managerFor(inputs, olds.value, change.urn);
      const force = isForced(inputs, config);
      const version = initialApiVersion(olds.value);
      const applied = await this.withoutIgnored(change, place, inputs, manager);
      if (change.preview) {
        try {
          const object = await objects.apply(place, applied, manager, { dryRun: true, force });
          return remembered(previewed(toState(object, manager, version), inputs, olds.value), news.secrets);
        } catch (error) {
          if (cannotPreview(error)) return fromInputs();
          throw error;
        }
      }
      const object = await objects.apply(place, applied, manager, { dryRun: false, force });
      return this.settle(change, place, inputs, object, manager, news.secrets, version);
    });
  }

  private async withoutIgnored(
    { ignored = [] }: Change,
    place: Place,
    inputs: JsonObject,
    manager: string,
  ): Promise<JsonObject> {
    const live = ignored.length === 0 ? undefined : await this.ready.objects.get(place);
    return live === undefined ? inputs : withIgnoredFields(inputs, live, ignored, manager);
  }

  /** The object as it is, or undefined when it is gone. Without inputs (an import) they are made from the object. */
  async read(
    target: Target,
    id: string,
    inputs: Properties,
    olds: Properties,
  ): Promise<ReadObject | undefined> {
    const { objects } = this.ready;
    const refused = refusal(target.type);
    if (refused !== undefined) throw new ProviderError(refused);
    const token = parseToken(target.type)!;
    const known = Object.keys(inputs.value).length > 0;
    const from = known ? inputs.value : { apiVersion: token.apiVersion, kind: token.kind };
    return inWords(from, inputs.secrets, `reading ${token.kind} ${id}`, async () => {
      const place = await objects.place(from, parseId(id));
      const live = place === undefined ? undefined : await objects.get(place);
      if (place === undefined || live === undefined) return undefined;
      const manager = managerFor(from, olds.value, target.urn);
      const value = known ? refreshedInputs(inputs.value, live, manager) : importedInputs(live);
      const found: ReadObject = {
        id: objectId(place.name, place.namespace),
        inputs: { value, secrets: known ? inputs.secrets : secretPaths(value, []) },
        state: remembered(toState(live, manager, initialApiVersion(olds.value)), inputs.secrets),
      };
      if (known && !skipsAwait(from)) {
        const reasons = await unreadyReasons(this.waitFor(target.urn, place, live, from, 0));
        if (reasons.length > 0) throw new NotReadyError(found.id, found.state, reasons, found.inputs);
      }
      return found;
    });
  }

  async delete(change: Change, id: string, inputs: Properties, olds: Properties): Promise<void> {
    const { objects } = this.ready;
    const from = Object.keys(inputs.value).length > 0 ? inputs.value : olds.value;
    const doing = `deleting ${titleOf(from)}`;
    await inWords(from, inputs.secrets, doing, async () => {
      const place = await objects.place(from, parseId(id));
      // A kind that is not served has no objects.
      if (place === undefined) return;
      const policy = (annotation(from, 'deletionPropagationPolicy') ?? 'foreground').toLowerCase();
      const known = await objects.remove(place, policy.charAt(0).toUpperCase() + policy.slice(1));
      if (!known || skipsAwait(from)) return;
      const left = await awaitGone(this.waitFor(change.urn, place, olds.value, from, change.timeout));
      if (left !== undefined) throw new ProviderError(`${doing}: ${left}`);
    });
  }

  /**
   * An object that exists is somebody's, unless the field manager made from this resource's URN applied it: then an
   * update that was killed created it before the engine could write it into the state, and it is this resource's own.
   * In a replacement it is the object to be deleted afterwards, so it must not be taken for the new one.
   */
  private async refuseToTakeOver(
    change: Change,
    place: Place,
    inputs: JsonObject,
    manager: string,
    id: string,
  ): Promise<void> {
    const live = await this.ready.objects.get(place);
    if (live === undefined) return;
    const title = titleOf(inputs);
    const own = manager === managerOf(change.urn) && ownedFields(live, manager) !== undefined;
    if (!own || this.inState.has(change.urn)) {
      throw new ProviderError(
        `${title} already exists and is not in this stack's state. Take it over with the resource option ` +
          `import: "${id}" (or \`pulumi import\`), or delete it, or choose another name`,
      );
    }
    this.log('warning', change.urn, `${title} was created by an update that was cut off; it is taken over`);
  }

  private waitFor(urn: string, place: Place, object: JsonObject, inputs: JsonObject, timeout: number): Wait {
    const { objects } = this.ready;
    const annotated = Number(annotation(inputs, 'timeoutSeconds') ?? 0);
    return {
      client: objects.client,
      resource: place.resource,
      object,
      timeoutSeconds: timeout || annotated || DEFAULT_TIMEOUT_S,
      signal: objects.signal,
      progress: (message) => this.log('status', urn, message),
    };
  }

  /** Waits for what was applied, and says what the state is to remember of it. */
  private async settle(
    change: Change,
    place: Place,
    inputs: JsonObject,
    applied: JsonObject,
    manager: string,
    inputSecrets: readonly Path[],
    firstApiVersion?: string,
  ): Promise<Properties> {
    let object = applied;
    let reasons: readonly string[] = [];
    if (!skipsAwait(inputs) && hasAwait(place.resource)) {
      const wait = this.waitFor(change.urn, place, applied, inputs, change.timeout);
      ({ object, reasons } = await awaitReady(wait));
    }
    const state = remembered(toState(object, manager, firstApiVersion), inputSecrets);
    if (reasons.length > 0) {
      throw new NotReadyError(objectId(place.name, place.namespace), state, reasons);
    }
    return state;
  }
}
