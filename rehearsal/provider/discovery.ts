import type { ApiClient } from './client';
import { isNotFound } from './errors';
import { isObject, listAt, textAt, type JsonObject } from './json';

/** How the API server serves a kind. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/**
 * Asks the API server which kinds it serves, one group version at a time and only those a program uses; answers are kept
 * for the life of the process, for an engine run is short. A kind that is missing is asked for again: the run itself may
 * be installing its CustomResourceDefinition.
 */
export class Discovery {
  private readonly groups = new Map<string, Promise<ApiResource[]>>();

  constructor(private readonly client: ApiClient) {}

  async find(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
    let group = this.groups.get(apiVersion);
    if (group === undefined) {
      group = this.load(apiVersion);
      this.groups.set(apiVersion, group);
    }
    try {
      const found = (await group).find((resource) => resource.kind === kind);
      if (found === undefined) this.groups.delete(apiVersion);
      return found;
    } catch (error) {
      this.groups.delete(apiVersion);
      throw error;
    }
  }

  private async load(apiVersion: string): Promise<ApiResource[]> {
    let answer: JsonObject;
    try {
      answer = await this.client.get(groupPath(apiVersion));
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
    return listAt(answer, 'resources')
      .filter(isObject)
      .filter((resource) => !textAt(resource, 'name').includes('/'))
      .map((resource) => ({
        apiVersion,
        kind: textAt(resource, 'kind'),
        plural: textAt(resource, 'name'),
        namespaced: resource['namespaced'] === true,
      }));
  }
}

/** The URL path of one object. */
export function objectPath(resource: ApiResource, name: string, namespace: string | undefined): string {
  const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace ?? 'default')}` : '';
  return `${groupPath(resource.apiVersion)}${scope}/${resource.plural}/${encodeURIComponent(name)}`;
}
