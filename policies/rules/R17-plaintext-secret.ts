import { fieldPath, isMap, labelsAt, mapAt, textAt, type JsonMap, type Segment } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { UnknownValue } from '../model/unknown';
import {
  assignsSecret,
  isRandom,
  secretByAnnotation,
  secretByName,
  secretFlag,
  secretInText,
  secretShape,
  secretShapeWithin,
} from '../view/secrets';

const remedy =
  'put it into a Secret and read it with valueFrom.secretKeyRef or a mounted file; then replace it, it has been seen';

/** What is found in a manifest: the place and what it is, never the value. */
type Found = readonly [path: readonly Segment[], what: string];

const BY_NAME = 'what its name calls a secret';

/** Kinds whose texts are no secrets: encrypted ones, and schemas whose descriptions speak of them. */
const passedOver = new Set([
  'SealedSecret',
  'CustomResourceDefinition',
  'ExternalSecret',
  'ClusterExternalSecret',
]);

/** Fields that repeat an object or say how it came to be. */
const skipped = new Set(['managedFields', 'status']);

/** Fields of Kubernetes and Istio whose names sound like secrets and which name objects. */
const named = new Set(['secretName', 'secretRef', 'credentialName', 'key', 'tokenRequest']);

function* argumentsFindings(list: readonly unknown[], path: readonly Segment[]): Generator<Found> {
  // A program and its login may be words of their own.
  const words = list.map(String);
  const line = words.some((word) => secretShape(word)) ? undefined : secretShape(words.join(' '));
  if (line !== undefined) yield [path, line];
  for (const [place, argument] of list.entries()) {
    if (typeof argument !== 'string') continue;
    const next = list[place + 1];
    if (secretFlag(argument) && typeof next === 'string' && secretByName(argument, next))
      yield [[...path, place + 1], BY_NAME];
    else if (assignsSecret(argument)) yield [[...path, place], BY_NAME];
    else {
      const [, flag, value] = /^--?([A-Za-z][\w.-]*)=(.+)$/s.exec(argument) ?? [];
      if (flag !== undefined && secretByName(flag, value!)) yield [[...path, place], BY_NAME];
    }
  }
}

/** `{ name, value }` as containers' environment and probes' headers have it. */
function pairFinding(value: JsonMap, path: readonly Segment[]): Found | undefined {
  const { name, value: given } = value;
  // Digits without quotes are a number to YAML; the API server refuses it, and whoever reads the file has it all the same.
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof name !== 'string' || typeof text !== 'string') return undefined;
  const isFound = secretByName(name, text) || isRandom(name, text) || assignsSecret(text);
  return isFound ? [[...path, 'value'], BY_NAME] : undefined;
}

function* textFindings(text: string, path: readonly Segment[]): Generator<Found> {
  const shape = secretShapeWithin(text);
  if (shape !== undefined) yield [path, shape];
}

/** An object that an annotation repeats, as `kubectl apply` leaves it. */
function* repeatedFindings(text: string, path: readonly Segment[]): Generator<Found> {
  if (!text.startsWith('{')) return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  if (!isMap(value)) return;
  const inner = textAt(value, 'kind') === 'Secret' ? { ...value, ...concealedParts } : value;
  for (const [, what] of walk(inner, [], true)) {
    yield [path, what];
    return;
  }
  if (textAt(value, 'kind') === 'Secret' && (isFilled(value, 'data') || isFilled(value, 'stringData')))
    yield [path, 'the values of the Secret itself'];
}

const concealedParts = { data: undefined, stringData: undefined };
const isFilled = (value: unknown, key: string): boolean => Object.keys(mapAt(value, key)).length > 0;

function* walk(value: unknown, path: readonly Segment[], isLoose: boolean): Generator<Found> {
  if (typeof value === 'string') {
    yield* textFindings(value, path);
    // A file in a field, such as the values of a chart.
    if (isLoose && value.includes('\n') && assignsSecret(value)) yield [path, BY_NAME];
    return;
  }
  if (Array.isArray(value)) {
    const last = path.at(-1);
    if (last === 'args' || last === 'command') yield* argumentsFindings(value, path);
    for (const [place, entry] of value.entries()) yield* walk(entry, [...path, place], isLoose);
    return;
  }
  if (!isMap(value)) return;
  const pair = pairFinding(value, path);
  if (pair !== undefined) yield pair;
  for (const key of Object.keys(value)) {
    if (skipped.has(key) || key.startsWith('__')) continue;
    const entry = value[key];
    if (typeof entry === 'string' && isLoose && !named.has(key) && secretInText(key, entry))
      yield [[...path, key], BY_NAME];
    yield* walk(entry, [...path, key], isLoose);
  }
}

/** Files and single values of a ConfigMap. */
function* configMapFindings(object: KubeObject): Generator<Found> {
  for (const [key, text] of Object.entries(labelsAt(object.manifest, 'data'))) {
    const path = ['data', key];
    if (secretByName(key, text) && !text.includes('\n')) yield [path, BY_NAME];
    else if (assignsSecret(text) || isRandom(key, text.trim()))
      yield [path, 'a value that a name in it calls a secret'];
  }
  for (const [key, text] of Object.entries(labelsAt(object.manifest, 'binaryData'))) {
    const inner = Buffer.from(text, 'base64').toString('latin1');
    const shape = secretShape(inner);
    if (shape !== undefined) yield [['binaryData', key], shape];
    else if (secretByName(key, inner.trim()) || assignsSecret(inner)) yield [['binaryData', key], BY_NAME];
  }
}

function* annotationFindings(
  annotations: Readonly<Record<string, string>>,
  path: readonly Segment[],
): Generator<Found> {
  for (const [key, text] of Object.entries(annotations)) {
    if (secretByAnnotation(key, text)) yield [[...path, key], BY_NAME];
    else if (text.startsWith('{')) yield* repeatedFindings(text, [...path, key]);
    else if (assignsSecret(text)) yield [[...path, key], BY_NAME];
  }
}

/** Where the templates of pods are: of workloads, of CronJobs, of a PodTemplate. */
const templates = [['spec', 'template'], ['spec', 'jobTemplate', 'spec', 'template'], ['template']] as const;

function* found(object: KubeObject): Generator<Found> {
  const isSecret = object.kind === 'Secret' && object.group === '';
  const { data, stringData, ...rest } = object.manifest;
  // A Secret's own fields are where secrets belong.
  const manifest = isSecret
    ? rest
    : {
        ...rest,
        ...(data === undefined ? {} : { data }),
        ...(stringData === undefined ? {} : { stringData }),
      };
  yield* walk(manifest, [], object.kind !== 'ConfigMap' && !isSecret);
  if (object.kind === 'ConfigMap') yield* configMapFindings(object);
  yield* annotationFindings(labelsAt(object.manifest, 'metadata', 'annotations'), [
    'metadata',
    'annotations',
  ]);
  for (const holder of templates) {
    const path = [...holder, 'metadata', 'annotations'];
    yield* annotationFindings(labelsAt(object.manifest, ...path), path);
  }
}

function findingsOf(object: KubeObject): readonly Finding[] {
  if (passedOver.has(object.kind)) return [];
  const places = new Map<string, string>();
  let unknown: UnknownValue | undefined;
  try {
    for (const [path, what] of found(object)) {
      const field = fieldPath(...path);
      if (!places.has(field)) places.set(field, what);
    }
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    unknown = error;
  }
  // What was found before the unknown value counts; what is behind it is not known to be clean.
  if (unknown !== undefined && places.size === 0) throw unknown;
  return [...places].map(([field, what]) =>
    finding(object, field, `holds ${what} in plain text: whoever may read the object has it`, remedy),
  );
}

export const plaintextSecret: Policy = {
  id: 'R17-plaintext-secret',
  title: 'No secret stands in plain text in an environment, an argument, a ConfigMap, an annotation or a URL',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Put it into a Secret, read it from there, and replace the one that was seen.',
  document: 'CIS Kubernetes Benchmark 5.4.1',
  check: (view) => judge(view.objects, findingsOf),
};
