import { z } from 'zod';
import { routingKinds } from '../../components/routing/pure';
import type { PendingCreation } from '../engine/state';
import type { ClusterApi } from './api';

const managedFields = z.array(
  z.object({
    manager: z.string().optional(),
    operation: z.string().optional(),
    time: z.string().optional(),
    fieldsV1: z.record(z.string(), z.unknown()).optional(),
  }),
);

const objectSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    managedFields: managedFields.optional(),
  }),
  spec: z.unknown(),
});

/** An object as the API server has it. */
export type LiveObject = z.output<typeof objectSchema>;

/** A plural is what the API server's addresses are made of. Kinds that a release's program never creates are not asked. */
const plurals: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networkpolicies',
  PeerAuthentication: 'peerauthentications',
  AuthorizationPolicy: 'authorizationpolicies',
  Ingress: 'ingresses',
  Gateway: 'gateways',
};

const plural = (kind: string): string =>
  routingKinds.find((known) => known.kind === kind)?.plural ?? plurals[kind] ?? `${kind.toLowerCase()}s`;

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The address of an object. */
export function pathOf({ apiVersion, kind, name, namespace }: ObjectName): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${scope}/${plural(kind)}/${name}`;
}

/** Reads an object; undefined where there is none. */
export async function readObject(
  api: ClusterApi,
  name: ObjectName,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const found = await api.get(pathOf(name), signal);
  return found === undefined ? undefined : objectSchema.parse(found);
}

/** Whether an object that was being created is there. */
export const isThere =
  (api: ClusterApi, signal?: AbortSignal) =>
  async (object: PendingCreation): Promise<boolean> =>
    (await api.get(pathOf(object), signal)) !== undefined;
