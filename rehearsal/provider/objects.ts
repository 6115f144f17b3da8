import { ApiClient } from './client';
import type { ProviderConfig } from './config';
import { Discovery, objectPath, type ApiResource } from './discovery';
import { isNotFound, ProviderError } from './errors';
import { objectAt, stringAt, textAt, type JsonObject } from './json';
import { connect, type Connection } from './kubeconfig';
import { sleep } from './retry';

/** How long a kind may take to be served after its CustomResourceDefinition was applied in the same update, seconds. */
const KIND_APPEARS_WITHIN_S = 10;

/** Where an object is, or would be. */
export interface Place {
  readonly resource: ApiResource;
  readonly name: string;
  /** Undefined for a cluster-scoped object. */
  readonly namespace: string | undefined;
  readonly path: string;
}

export interface ObjectName {
  readonly name: string;
  readonly namespace?: string;
}

/** What to do about a kind that no API server knows. */
export function notServed(inputs: JsonObject): string {
  return (
    `the cluster does not serve kind ${textAt(inputs, 'kind')} of ${textAt(inputs, 'apiVersion')}: ` +
    'install its CustomResourceDefinition first (and let this resource depend on it)'
  );
}

/** The objects of one cluster: where they are, how they are read, applied and removed. Connects at the first request. */
export class Objects {
  readonly client: ApiClient;
  private readonly discovery: Discovery;
  private connection: Promise<Connection> | undefined;

  constructor(
    private readonly config: ProviderConfig,
    readonly signal: AbortSignal,
  ) {
    this.client = new ApiClient(() => this.connected(), signal);
    this.discovery = new Discovery(this.client);
  }

  private connected(): Promise<Connection> {
    this.connection ??= connect(this.config);
    return this.connection;
  }

  async defaultNamespace(): Promise<string> {
    return (await this.connected()).namespace;
  }

  find(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    return this.discovery.find(apiVersion, kind);
  }

  /** The place of an object, or undefined when the cluster does not serve its kind. */
  async place(inputs: JsonObject, id?: ObjectName): Promise<Place | undefined> {
    const resource = await this.discovery.find(textAt(inputs, 'apiVersion'), textAt(inputs, 'kind'));
    if (resource === undefined) return undefined;
    const name = id?.name ?? textAt(inputs, 'metadata', 'name');
    let namespace: string | undefined;
    if (resource.namespaced) {
      namespace =
        id?.namespace ?? stringAt(inputs, 'metadata', 'namespace') ?? (await this.defaultNamespace());
    }
    return { resource, name, namespace, path: objectPath(resource, name, namespace) };
  }

  /** Like place, but gives a kind that is being installed in the same update the time to appear. */
  async placeSoon(inputs: JsonObject, id?: ObjectName): Promise<Place> {
    const deadline = Date.now() + KIND_APPEARS_WITHIN_S * 1_000;
    for (;;) {
      const place = await this.place(inputs, id);
      if (place !== undefined) return place;
      if (Date.now() > deadline) throw new ProviderError(notServed(inputs));
      await sleep(250, this.signal);
    }
  }

  /** The object as it is, or undefined when there is none. */
  async get(place: Place): Promise<JsonObject | undefined> {
    try {
      return await this.client.get(place.path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async apply(
    place: Place,
    inputs: JsonObject,
    manager: string,
    how: { dryRun: boolean; force: boolean },
  ): Promise<JsonObject> {
    const { generateName: _generateName, namespace: _namespace, ...metadata } = objectAt(inputs, 'metadata');
    const identity: JsonObject = { ...metadata, name: place.name };
    if (place.namespace !== undefined) identity['namespace'] = place.namespace;
    const body: JsonObject = { ...inputs, metadata: identity };
    // Controllers write the status; the main resource ignores or refuses it.
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

  /** Asks for the object's deletion; says whether there was one. */
  async remove(place: Place, propagationPolicy: string): Promise<boolean> {
    try {
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy };
      await this.client.send({ method: 'DELETE', path: place.path, body });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}
