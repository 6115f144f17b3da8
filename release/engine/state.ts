import { z } from 'zod';
import { ReleaseError } from '../exitCodes';

const properties = z.record(z.string(), z.unknown());

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  /** The provider that makes it, `<urn>::<id>`; the engine's own resources have none. */
  provider: z.string().optional(),
  inputs: properties.optional(),
  outputs: properties.optional(),
  initErrors: z.array(z.string()).nullish(),
});

/** The part of an exported stack that is read here. */
const exportSchema = z.object({
  deployment: z
    .object({
      resources: z.array(resourceSchema).nullish(),
      pending_operations: z.array(z.object({ type: z.string(), resource: resourceSchema })).nullish(),
    })
    .nullish(),
});

/** A resource as the stack's state has it. Secrets are encrypted in it. */
export type StateResource = z.output<typeof resourceSchema>;

/** An object whose creation was under way when the engine ended. */
export interface PendingCreation {
  readonly urn: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What a stack's state tells a release. */
export interface StackState {
  readonly resources: readonly StateResource[];
  /** The outputs of the program's last update; empty before the first one. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Operations that were under way when an engine ended, by their kind, e.g. `creating`. */
  readonly pending: readonly { readonly type: string; readonly urn: string }[];
  /** Those of them that create a Kubernetes object. */
  readonly pendingCreations: readonly PendingCreation[];
}

const identity = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});

/** Reads what `pulumi stack export` prints. @throws ReleaseError when it is something else */
export function parseState(exported: string): StackState {
  let content: unknown;
  try {
    content = JSON.parse(exported);
  } catch (cause) {
    throw new ReleaseError(
      'error',
      'the exported state of the stack is no JSON',
      'look at it: pulumi stack export',
      {
        cause,
      },
    );
  }
  const read = exportSchema.safeParse(content);
  if (!read.success) {
    throw new ReleaseError(
      'error',
      `the exported state of the stack is not in the form of this engine's version: ${read.error.issues[0]?.path.join('.') ?? ''}`,
      'look at it: pulumi stack export',
    );
  }
  const resources = read.data.deployment?.resources ?? [];
  const operations = read.data.deployment?.pending_operations ?? [];
  const root = resources.find(({ type }) => type === 'pulumi:pulumi:Stack');
  return {
    resources,
    outputs: root?.outputs ?? {},
    pending: operations.map(({ type, resource }) => ({ type, urn: resource.urn })),
    pendingCreations: operations
      .filter(({ type }) => type === 'creating')
      .flatMap(({ resource: { urn, inputs } }) => {
        const object = identity.safeParse(inputs);
        if (!object.success) return [];
        const { apiVersion, kind, metadata } = object.data;
        return [{ urn, kind, apiVersion, name: metadata.name, namespace: metadata.namespace }];
      }),
  };
}

/** The id the Kubernetes provider gives an object. */
export const objectId = ({ name, namespace }: Pick<PendingCreation, 'name' | 'namespace'>): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
