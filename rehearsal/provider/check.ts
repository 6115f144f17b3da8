import { at, equal, isObject, objectAt, stringAt, textAt, type JsonObject } from './json';
import { parseToken, refusal } from './kinds';
import { AUTONAMED, autoName } from './naming';
import { UNKNOWN } from './wire';

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface NameRules {
  /** What the engine wants an object without a name to be called, when the user configured naming. */
  readonly proposed?: string;
  /** No name may be made up. */
  readonly disabled: boolean;
  /** What is added to a name that is made up. Asked only when one is: it costs a digest. */
  readonly suffix: () => string;
}

export interface CheckInput {
  readonly type: string;
  readonly resourceName: string;
  readonly olds: JsonObject;
  readonly news: JsonObject;
  readonly naming: NameRules;
  /**
   * The default namespace for the kind, or undefined when the kind is cluster-scoped. Asked only when it is needed;
   * `knownNamespaced` says that no request is needed to tell.
   */
  readonly defaultNamespace: (
    apiVersion: string,
    kind: string,
    knownNamespaced: boolean,
  ) => Promise<string | undefined>;
}

/** Known annotations that change what this plugin does, and the values they may have. */
const ANNOTATION_VALUES: Readonly<Record<string, RegExp>> = {
  'pulumi.com/skipAwait': /^(true|false)$/,
  'pulumi.com/patchForce': /^(true|false)$/,
  'pulumi.com/timeoutSeconds': /^[1-9]\d*$/,
  'pulumi.com/deletionPropagationPolicy': /^(foreground|background|orphan)$/i,
};

function annotationFailures(annotations: JsonObject): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [name, value] of Object.entries(annotations)) {
    if (value === UNKNOWN) continue;
    const pattern = ANNOTATION_VALUES[name];
    if (pattern !== undefined && !(typeof value === 'string' && pattern.test(value))) {
      failures.push({
        property: `metadata.annotations["${name}"]`,
        reason: `must be a string that matches ${pattern.source}`,
      });
    }
    if (name === 'pulumi.com/waitFor') {
      failures.push({
        property: `metadata.annotations["${name}"]`,
        reason: 'this plugin does not do pulumi.com/waitFor; remove it, or install the official plugin',
      });
    }
  }
  return failures;
}

function chooseName(input: CheckInput, metadata: JsonObject): JsonObject | CheckFailure {
  const annotations = objectAt(metadata, 'annotations');
  const autonamed = { ...metadata, annotations: { ...annotations, [AUTONAMED]: 'true' } };
  const oldName = stringAt(input.olds, 'metadata', 'name');
  const wasAutonamed = at(input.olds, 'metadata', 'annotations', AUTONAMED) === 'true';
  if (oldName !== undefined && wasAutonamed) return { ...autonamed, name: oldName };
  if (input.naming.disabled) {
    return { property: 'metadata.name', reason: 'is required: automatic naming is switched off' };
  }
  const prefix = stringAt(metadata, 'generateName') ?? `${input.resourceName}-`;
  return { ...autonamed, name: input.naming.proposed ?? autoName(prefix, input.naming.suffix()) };
}

/** Completes a program's inputs: apiVersion, kind, a name, a namespace. What the program gave stays as it gave it. */
export async function check(input: CheckInput): Promise<{ inputs: JsonObject; failures: CheckFailure[] }> {
  const refused = refusal(input.type);
  if (refused !== undefined) return { inputs: input.news, failures: [{ property: '', reason: refused }] };
  const token = parseToken(input.type)!;
  const failures: CheckFailure[] = [];
  const inputs: JsonObject = { ...input.news };
  for (const key of ['apiVersion', 'kind'] as const) {
    if (inputs[key] === undefined || inputs[key] === null) inputs[key] = token[key];
    else if (inputs[key] !== UNKNOWN && typeof inputs[key] !== 'string') {
      failures.push({ property: key, reason: 'must be a string' });
    }
  }
  const given = inputs['metadata'] ?? {};
  if (given === UNKNOWN) return { inputs, failures };
  if (!isObject(given)) {
    return { inputs, failures: [...failures, { property: 'metadata', reason: 'must be an object' }] };
  }
  let metadata: JsonObject = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  failures.push(...annotationFailures(objectAt(metadata, 'annotations')));
  if (metadata['name'] === undefined || metadata['name'] === '') {
    delete metadata['name'];
    const named = chooseName(input, metadata);
    if ('reason' in named) failures.push(named as unknown as CheckFailure);
    else metadata = named;
  } else if (typeof metadata['name'] !== 'string') {
    failures.push({ property: 'metadata.name', reason: 'must be a string' });
  }
  if (metadata['namespace'] === undefined) {
    const namespace = await chooseNamespace(input, inputs);
    if (namespace !== undefined) metadata['namespace'] = namespace;
  }
  inputs['metadata'] = metadata;
  return { inputs, failures };
}

/**
 * An object that is already in the state says by itself whether its kind has namespaces, so that an update in which
 * nothing changed needs no request at all.
 */
async function chooseNamespace(input: CheckInput, inputs: JsonObject): Promise<string | undefined> {
  const old = input.olds;
  const sameKind = equal(old['apiVersion'], inputs['apiVersion']) && equal(old['kind'], inputs['kind']);
  const oldNamespace = stringAt(old, 'metadata', 'namespace');
  if (sameKind && oldNamespace === undefined) return undefined;
  return input.defaultNamespace(textAt(inputs, 'apiVersion'), textAt(inputs, 'kind'), sameKind);
}
