import type { EntryPlace } from '../routing/pure';
import { entryPaths, findEntry, type Application } from './application';
import { entryPort } from './ports';

/** How the application is reached from outside of the mesh. */
export interface GatewayOptions<N = string> {
  readonly application: Application;
  readonly namespace: N;
  /** Host names the gateway answers to. Default: every one. */
  readonly hosts?: readonly string[];
  /** Whether the service that requests enter by is under release. Default false. */
  readonly released?: boolean;
  /** The name of the gateway where applications share a namespace for theirs. Default: the application's, with `-gateway`. */
  readonly gateway?: string;
}

/**
 * The way in to the service that requests enter by.
 * @throws Error when the application has none; a table that was read (`parseApplication`) always has one
 */
export function entryPlace<N>({
  application,
  namespace,
  hosts = ['*'],
  released = false,
  gateway,
}: GatewayOptions<N>): EntryPlace<N> {
  const spec = findEntry(application);
  if (spec === undefined) throw new Error(`${application.name} has no service that requests enter by`);
  const { name: service, entry } = spec;
  const port = entryPort(spec);
  if (port === undefined) throw new Error(`${service} has no port that requests could enter by`);
  return {
    ...{ name: application.name, namespace, hosts, paths: entryPaths(entry), service, port, released },
    ...(gateway === undefined ? {} : { gateway }),
  };
}
