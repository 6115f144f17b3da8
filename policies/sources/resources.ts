import { parseApplied, type AppliedRelease } from '../../components/canary/pure';
import { isMap, mapAt, textAt, textsAt } from '../model/json';
import { kubeObject, type KubeObject } from '../model/object';
import { guarded, UnknownValue } from '../model/unknown';
import { decode } from './wire';

/** A resource of the engine, from its state or from an analysis. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  /** As they are on the wire, with Pulumi's marks in them. */
  readonly properties: unknown;
  readonly dependencies: readonly string[];
  readonly ignoreChanges: readonly string[];
}

const STACK_TYPE = 'pulumi:pulumi:Stack';

export const isKubernetes = ({ type }: Pick<EngineResource, 'type'>): boolean =>
  type.startsWith('kubernetes:');

/** The resources that each one needs, directly or through others. */
function closure(resources: readonly EngineResource[]): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(resources.map(({ urn, dependencies }) => [urn, dependencies]));
  const known = new Map<string, Set<string>>();
  const visit = (urn: string): Set<string> => {
    const held = known.get(urn);
    if (held !== undefined) return held;
    const all = new Set<string>();
    known.set(urn, all);
    for (const next of direct.get(urn) ?? []) {
      all.add(next);
      for (const further of visit(next)) all.add(further);
    }
    return all;
  };
  for (const { urn } of resources) visit(urn);
  return known;
}

/**
 * What a resource's type says of its object: `kubernetes:apps/v1:Deployment`. Inputs need not repeat it, and then it is
 * all that says what they are. Undefined for the provider itself and for components, whose objects are resources of
 * their own.
 */
function typeOf(type: string): { readonly apiVersion: string; readonly kind: string } | undefined {
  const [, module, kind] = /^kubernetes:([^:]+):([^:]+)$/.exec(type) ?? [];
  if (module === undefined || kind === undefined || components.has(module)) return undefined;
  if (kind === 'Chart') return undefined;
  return { apiVersion: module.replace(/^core\//, ''), kind };
}

/** Modules of the provider's SDK whose resources hold no object themselves. */
const components = new Set([
  'yaml',
  'yaml/v2',
  'kustomize',
  'kustomize/v2',
  'helm.sh/v2',
  'helm.sh/v4',
  'index',
  'provider',
]);

/** A value with its kind and version, and without the envelope of a List. */
function manifestsOf(type: string, value: unknown): readonly Record<string, unknown>[] {
  if (!isMap(value)) return [];
  const said = typeOf(type);
  const isList =
    (textOf(value, 'kind') ?? said?.kind ?? '').endsWith('List') && Array.isArray(value['items']);
  if (isList) return (value['items'] as readonly unknown[]).flatMap((item) => manifestsOf('', item));
  if (said === undefined && textOf(value, 'kind') === undefined) return [];
  // A patch is a part of an object: what it lacks is in the cluster, so it is no object to judge.
  const isPatch = said?.kind.endsWith('Patch') === true;
  return [{ ...said, ...withoutUnknown(value), ...(isPatch ? { kind: said.kind } : {}) }];
}

const textOf = (value: Readonly<Record<string, unknown>>, key: string): string | undefined =>
  typeof value[key] === 'string' ? value[key] : undefined;

/** The type is known even where the inputs' own kind is not. */
function withoutUnknown(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, entry]) => !((key === 'kind' || key === 'apiVersion') && typeof entry !== 'string'),
    ),
  );
}

/** The objects among the engine's resources; what is no Kubernetes object is passed over unread. */
export function objectsOf(resources: readonly EngineResource[]): readonly KubeObject[] {
  const plain = resources.filter(isKubernetes).flatMap((resource) => {
    const { value, secretFields } = decode(resource.properties);
    return manifestsOf(resource.type, value).map((manifest) => ({ resource, value: manifest, secretFields }));
  });
  const ids = new Map(
    plain.map(({ resource, value }) => {
      const { id } = kubeObject({
        manifest: value,
        origin: { urn: resource.urn },
      });
      return [resource.urn, id];
    }),
  );
  const needs = closure(resources);
  return plain.map(({ resource, value, secretFields }) =>
    kubeObject({
      manifest: value,
      origin: { urn: resource.urn },
      dependsOn: new Set([...(needs.get(resource.urn) ?? [])].flatMap((urn) => ids.get(urn) ?? [])),
      ignoreChanges: resource.ignoreChanges,
      secretFields,
    }),
  );
}

function outputsOf(resources: readonly EngineResource[]): unknown {
  const stack = resources.find(({ type }) => type === STACK_TYPE);
  return mapAt(decode(stack?.properties ?? {}).value, 'release');
}

/** What the stack remembers of its releases. A record that cannot be read counts as none. */
export function releasesOf(resources: readonly EngineResource[]): Readonly<Record<string, AppliedRelease>> {
  return Object.fromEntries(
    Object.entries(mapAt(outputsOf(resources))).flatMap(([service, raw]) => {
      const read = parseApplied(raw, service);
      return read.ok ? [[service, read.value] as const] : [];
    }),
  );
}

/** The overrides that the program is about to record. */
export function overridesOf(
  resources: readonly EngineResource[],
): Readonly<Record<string, { readonly from: string }>> {
  const releases = mapAt(outputsOf(resources));
  return Object.fromEntries(
    Object.entries(releases).flatMap(([service, raw]) => {
      try {
        const from = textAt(guarded(raw), 'override', 'from');
        return from === undefined ? [] : [[service, { from }] as const];
      } catch (error) {
        if (error instanceof UnknownValue) return [];
        throw error;
      }
    }),
  );
}

/** Whether a value is an answer of `pulumi stack export`. A stack that was never updated has no resources in it. */
export const isState = (value: unknown): boolean => isMap(value) && isMap(value['deployment']);

/** Reads the answer of `pulumi stack export`. */
export function readState(exported: unknown): readonly EngineResource[] {
  const resources = mapAt(exported, 'deployment')['resources'];
  return (Array.isArray(resources) ? (resources as readonly unknown[]) : []).flatMap((resource) => {
    // What is to be deleted is not there any more as far as policies go.
    if (!isMap(resource) || resource['delete'] === true) return [];
    const type = textAt(resource, 'type') ?? '';
    return [
      {
        urn: textAt(resource, 'urn') ?? '',
        type,
        // Inputs say what was asked for; the stack's own values are outputs.
        properties: type === STACK_TYPE ? resource['outputs'] : resource['inputs'],
        dependencies: textsAt(resource, 'dependencies'),
        ignoreChanges: textsAt(resource, 'ignoreChanges'),
      },
    ];
  });
}
