import { randomBytes } from 'node:crypto';
import { awaitGone, awaitReady, DEFAULT_TIMEOUT_S, hasAwait, unreadyReasons, type Wait } from './await';
import { check, type CheckFailure, type NameRules } from './check';
import { ApiClient } from './client';
import type { ProviderConfig } from './config';
import { decide, explain, type DiffOutcome, type DryRun } from './diff';
import { Discovery, objectPath, type ApiResource } from './discovery';
import { ApiError, describe, isNotFound, NotReadyError, ProviderError } from './errors';
import { equal, objectAt, stringAt, type JsonObject, type Path } from './json';
import { connect, type Connection } from './kubeconfig';
import { parseToken, refusal } from './kinds';
import { ownedFields } from './managedFields';
import { objectId, parseId } from './naming';
import { FIELD_MANAGER, importedInputs, initialApiVersion, refreshedInputs, toState } from './read';
import { previewed, previewedFromInputs } from './preview';
import { sleep } from './retry';
import { redactor, secretPaths } from './secrets';
import { hasUnknown, withoutNulls, type Properties } from './wire';

/** How long a kind may take to be served after its CustomResourceDefinition was applied in the same update, seconds. */
const KIND_APPEARS_WITHIN_S = 10;

export interface Target {
  readonly urn: string;
  readonly type: string;
}

export interface Change extends Target {
  readonly preview: boolean;
  /** The program's customTimeouts, seconds; 0 when it gives none. */
  readonly timeout: number;
}

export type Log = (severity: 'status' | 'warning', urn: string, message: string) => void;

interface Place {
  readonly resource: ApiResource;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly path: string;
}

function annotation(inputs: JsonObject, name: string): string | undefined {
  return stringAt(inputs, 'metadata', 'annotations', `pulumi.com/${name}`);
}

/** Preview and update must not fail because the cluster is not there yet, or because previewing is not allowed. */
function cannotPreview(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 404 || error.code === 403 || error.code === 405);
}

/** The Kubernetes provider in plain terms: no protocol, no process. One instance serves one engine run. */
export class KubernetesProvider {
  private readonly cancelled = new AbortController();
  private readonly client: ApiClient;
  private readonly discovery: Discovery;
  private connection: Promise<Connection> | undefined;
  private config: ProviderConfig | undefined;
  /** Objects the engine was told to delete before it creates them anew: their names are still taken in a preview. */
  private readonly makingRoom = new Set<string>();

  constructor(private readonly log: Log) {
    this.client = new ApiClient(() => this.connected(), this.cancelled.signal);
    this.discovery = new Discovery(this.client);
  }

  configure(config: ProviderConfig): void {
    this.config = config;
  }

  cancel(): void {
    this.cancelled.abort();
  }

  private get settings(): ProviderConfig {
    if (this.config === undefined) throw new ProviderError('the plugin was used before it was configured');
    return this.config;
  }

  private connected(): Promise<Connection> {
    this.connection ??= connect(this.settings);
    return this.connection;
  }

  async check(
    target: Target,
    name: string,
    olds: Properties,
    news: Properties,
    naming: NameRules,
  ): Promise<{ inputs: JsonObject; failures: CheckFailure[] }> {
    return check({
      type: target.type,
      resourceName: name,
      olds: olds.value,
      news: withoutNulls(news.value),
      naming,
      defaultNamespace: async (apiVersion, kind, knownNamespaced) => {
        // A kind the cluster does not serve yet is taken to have namespaces; applying it later sets that right.
        const namespaced =
          knownNamespaced || (await this.discovery.find(apiVersion, kind))?.namespaced !== false;
        return namespaced ? (await this.connected()).namespace : undefined;
      },
    });
  }

  async diff(
    target: Target,
    id: string,
    oldInputs: Properties,
    olds: Properties,
    news: Properties,
  ): Promise<DiffOutcome> {
    let [before, after] = [oldInputs.value, withoutNulls(news.value)];
    if (equal(before, after)) return { changes: [], deleteBeforeReplace: false };
    if (stringAt(olds.value, 'metadata', 'namespace') === undefined) {
      // The kind turned out to have no namespaces after the check had taken it to have some.
      [before, after] = [this.withoutNamespace(before), this.withoutNamespace(after)];
    }
    const options = this.settings;
    const asked = explain(before, after, undefined);
    const other = decide(asked, before, after, options);
    const otherObject = other.changes.some(
      ({ replace, path }) => replace && (path[0] === 'metadata' || path[0] === 'kind'),
    );
    let outcome = other;
    if (!otherObject && !hasUnknown(after)) {
      const dry = await this.dryRun(id, before, olds.value, after);
      outcome = decide(explain(before, after, dry.run), before, after, options, dry.immutable);
    }
    if (outcome.deleteBeforeReplace) this.makingRoom.add(target.urn);
    return outcome;
  }

  private withoutNamespace(inputs: JsonObject): JsonObject {
    const { namespace: _namespace, ...metadata } = objectAt(inputs, 'metadata');
    return { ...inputs, metadata };
  }

  /**
   * Asks the server what the apply would do. It is forced: a claim of another manager is no reason not to know the
   * difference (a refresh compares too), and the update itself, previewed or not, reports the claim.
   */
  private async dryRun(
    id: string,
    oldInputs: JsonObject,
    state: JsonObject,
    inputs: JsonObject,
  ): Promise<{ run?: DryRun; immutable: string[] }> {
    try {
      const place = await this.place(inputs, parseId(id));
      if (place === undefined) return { immutable: [] };
      const manager = this.manager(inputs, state);
      const [live, predicted] = await Promise.all([
        this.client.get(place.path),
        this.apply(place, inputs, manager, { dryRun: true, force: true }),
      ]);
      const before = ownedFields(live, manager);
      return {
        run: {
          live,
          predicted,
          ownershipChanges: before !== undefined && !equal(before, ownedFields(predicted, manager)),
        },
        immutable: [],
      };
    } catch (error) {
      if (error instanceof ApiError) return { immutable: error.immutableFields };
      throw new ProviderError(describe(error, `comparing ${this.title(oldInputs)}`));
    }
  }

  async create(
    change: Change,
    inputs: Properties,
  ): Promise<{ id: string; state: JsonObject; secrets: Path[] }> {
    const value = withoutNulls(inputs.value);
    const title = this.title(value);
    return this.redacted(value, inputs.secrets, `creating ${title}`, async () => {
      const manager = this.manager(value, {});
      const fromInputs = () => ({ id: '', state: previewedFromInputs(value), secrets: [...inputs.secrets] });
      if (change.preview && (hasUnknown(value) || this.makingRoom.has(change.urn))) return fromInputs();
      const place = change.preview ? await this.place(value) : await this.placeSoon(value);
      if (place === undefined) {
        this.log('warning', change.urn, `${this.notServed(value)}; previewed from the inputs`);
        return fromInputs();
      }
      const id = objectId(place.name, place.namespace);
      if (!this.settings.upsert && (await this.exists(place)))
        throw new ProviderError(this.alreadyThere(title, id));
      const force = this.force(value);
      if (change.preview) {
        try {
          const object = await this.apply(place, value, manager, { dryRun: true, force });
          const state = previewed(toState(object, manager), value);
          return { id, state, secrets: secretPaths(state, inputs.secrets) };
        } catch (error) {
          if (cannotPreview(error)) return fromInputs();
          throw error;
        }
      }
      const object = await this.apply(place, value, manager, { dryRun: false, force });
      const state = await this.settle(change, place, value, object, manager, inputs.secrets);
      return { id, ...state };
    });
  }

  async update(
    change: Change,
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ state: JsonObject; secrets: Path[] }> {
    const value = withoutNulls(news.value);
    return this.redacted(value, news.secrets, `updating ${this.title(value)}`, async () => {
      const manager = this.manager(value, olds.value);
      const fromInputs = () => ({ state: previewedFromInputs(value), secrets: [...news.secrets] });
      if (change.preview && hasUnknown(value)) return fromInputs();
      const place = change.preview
        ? await this.place(value, parseId(id))
        : await this.placeSoon(value, parseId(id));
      if (place === undefined) return fromInputs();
      const force = this.force(value);
      if (change.preview) {
        try {
          const object = await this.apply(place, value, manager, { dryRun: true, force });
          const state = previewed(toState(object, manager, initialApiVersion(olds.value)), value, olds.value);
          return { state, secrets: secretPaths(state, news.secrets) };
        } catch (error) {
          if (cannotPreview(error)) return fromInputs();
          throw error;
        }
      }
      const object = await this.apply(place, value, manager, { dryRun: false, force });
      return this.settle(change, place, value, object, manager, news.secrets, initialApiVersion(olds.value));
    });
  }

  async read(
    change: Target,
    id: string,
    inputs: Properties,
    olds: Properties,
  ): Promise<
    { id: string; inputs: JsonObject; inputSecrets: Path[]; state: JsonObject; secrets: Path[] } | undefined
  > {
    const refused = refusal(change.type);
    if (refused !== undefined) throw new ProviderError(refused);
    const token = parseToken(change.type)!;
    const known = Object.keys(inputs.value).length > 0;
    const from = known ? inputs.value : { apiVersion: token.apiVersion, kind: token.kind };
    const doing = `reading ${token.kind} ${id}`;
    return this.redacted(from, inputs.secrets, doing, async () => {
      const place = await this.place(from, parseId(id));
      if (place === undefined) return undefined;
      let live: JsonObject;
      try {
        live = await this.client.get(place.path);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
      const manager = this.manager(from, olds.value);
      const state = toState(live, manager, initialApiVersion(olds.value));
      const readInputs = known ? refreshedInputs(inputs.value, live, manager) : importedInputs(live);
      const result = {
        id: objectId(place.name, place.namespace),
        inputs: readInputs,
        inputSecrets: known ? [...inputs.secrets] : secretPaths(readInputs, []),
        state,
        secrets: secretPaths(state, inputs.secrets),
      };
      if (known && annotation(from, 'skipAwait') !== 'true') {
        const reasons = await unreadyReasons(this.waitFor(change.urn, place, live, from, 0));
        if (reasons.length > 0) {
          throw new NotReadyError(result.id, state, reasons, result.secrets, {
            value: readInputs,
            secrets: result.inputSecrets,
          });
        }
      }
      return result;
    });
  }

  async delete(change: Change, id: string, inputs: Properties, olds: Properties): Promise<void> {
    const from = Object.keys(inputs.value).length > 0 ? inputs.value : olds.value;
    const title = this.title(from);
    await this.redacted(from, inputs.secrets, `deleting ${title}`, async () => {
      const place = await this.place(from, parseId(id));
      // A kind that is not served has no objects.
      if (place === undefined) return;
      const policy = (annotation(from, 'deletionPropagationPolicy') ?? 'foreground').toLowerCase();
      const propagationPolicy = policy.charAt(0).toUpperCase() + policy.slice(1);
      try {
        await this.client.send({
          method: 'DELETE',
          path: place.path,
          body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy },
        });
      } catch (error) {
        if (isNotFound(error)) return;
        throw error;
      }
      if (annotation(from, 'skipAwait') === 'true') return;
      const left = await awaitGone(this.waitFor(change.urn, place, olds.value, from, change.timeout));
      if (left !== undefined) throw new ProviderError(`deleting ${title}: ${left}`);
    });
  }

  private title(inputs: JsonObject): string {
    const name = stringAt(inputs, 'metadata', 'name') ?? '';
    return `${String(inputs['kind'])} ${objectId(name, stringAt(inputs, 'metadata', 'namespace'))}`;
  }

  private alreadyThere(title: string, id: string): string {
    return (
      `${title} already exists and is not in this stack's state. Take it over with the resource option ` +
      `import: "${id}" (or \`pulumi import\`), or delete it, or choose another name`
    );
  }

  private notServed(inputs: JsonObject): string {
    return (
      `the cluster does not serve kind ${String(inputs['kind'])} of ${String(inputs['apiVersion'])}: ` +
      'install its CustomResourceDefinition first (and let this resource depend on it)'
    );
  }

  private manager(inputs: JsonObject, state: JsonObject): string {
    return (
      annotation(inputs, 'patchFieldManager') ??
      stringAt(state, FIELD_MANAGER) ??
      `pulumi-kubernetes-${randomBytes(4).toString('hex')}`
    );
  }

  private force(inputs: JsonObject): boolean {
    const own = annotation(inputs, 'patchForce');
    return own === undefined ? this.settings.patchForce : own === 'true';
  }

  private async place(
    inputs: JsonObject,
    id?: { name: string; namespace?: string },
  ): Promise<Place | undefined> {
    const resource = await this.discovery.find(String(inputs['apiVersion']), String(inputs['kind']));
    if (resource === undefined) return undefined;
    const name = id?.name ?? stringAt(inputs, 'metadata', 'name') ?? '';
    let namespace: string | undefined;
    if (resource.namespaced) {
      namespace =
        id?.namespace ?? stringAt(inputs, 'metadata', 'namespace') ?? (await this.connected()).namespace;
    }
    return { resource, name, namespace, path: objectPath(resource, name, namespace) };
  }

  /** Like place, but gives a kind that is being installed in the same update the time to appear. */
  private async placeSoon(inputs: JsonObject, id?: { name: string; namespace?: string }): Promise<Place> {
    const deadline = Date.now() + KIND_APPEARS_WITHIN_S * 1_000;
    for (;;) {
      const place = await this.place(inputs, id);
      if (place !== undefined) return place;
      if (Date.now() > deadline) throw new ProviderError(this.notServed(inputs));
      await sleep(250, this.cancelled.signal);
    }
  }

  private async exists(place: Place): Promise<boolean> {
    try {
      await this.client.get(place.path);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  private async apply(
    place: Place,
    inputs: JsonObject,
    manager: string,
    how: { dryRun: boolean; force: boolean },
  ): Promise<JsonObject> {
    const { generateName: _generateName, namespace: _namespace, ...metadata } = objectAt(inputs, 'metadata');
    const identity: JsonObject = { ...metadata, name: place.name };
    if (place.namespace !== undefined) identity['namespace'] = place.namespace;
    const body: JsonObject = { ...inputs, metadata: identity };
    delete body['status'];
    const { body: object } = await this.client.send({
      method: 'PATCH',
      path: place.path,
      query: {
        fieldManager: manager,
        ...(how.force ? { force: 'true' } : {}),
        ...(how.dryRun ? { dryRun: 'All' } : {}),
      },
      contentType: 'application/apply-patch+yaml',
      body,
    });
    return object;
  }

  private waitFor(urn: string, place: Place, object: JsonObject, inputs: JsonObject, timeout: number): Wait {
    const annotated = Number(annotation(inputs, 'timeoutSeconds') ?? 0);
    return {
      client: this.client,
      resource: place.resource,
      object,
      timeoutSeconds: timeout || annotated || DEFAULT_TIMEOUT_S,
      signal: this.cancelled.signal,
      progress: (message) => this.log('status', urn, message),
    };
  }

  private async settle(
    change: Change,
    place: Place,
    inputs: JsonObject,
    applied: JsonObject,
    manager: string,
    inputSecrets: readonly Path[],
    firstApiVersion?: string,
  ): Promise<{ state: JsonObject; secrets: Path[] }> {
    let object = applied;
    let reasons: readonly string[] = [];
    if (annotation(inputs, 'skipAwait') !== 'true' && hasAwait(place.resource)) {
      ({ object, reasons } = await awaitReady(
        this.waitFor(change.urn, place, applied, inputs, change.timeout),
      ));
    }
    const state = toState(object, manager, firstApiVersion);
    const secrets = secretPaths(state, inputSecrets);
    if (reasons.length > 0) {
      throw new NotReadyError(objectId(place.name, place.namespace), state, reasons, secrets);
    }
    return { state, secrets };
  }

  /** Runs an operation so that whatever goes wrong is told in words and without a secret in them. */
  private async redacted<T>(
    object: JsonObject,
    secrets: readonly Path[],
    doing: string,
    operation: () => Promise<T>,
  ): Promise<T> {
    const redact = redactor(object, secrets);
    try {
      return await operation();
    } catch (error) {
      if (error instanceof NotReadyError) throw error.with(error.reasons.map(redact));
      throw new ProviderError(redact(describe(error, doing)), { cause: error });
    }
  }
}
