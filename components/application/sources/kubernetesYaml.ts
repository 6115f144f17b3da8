import { LineCounter, parseAllDocuments, type Document, type Tags } from 'yaml';
import type { Problem } from '../../validation';
import { isJson, type Manifest, type SourcedManifest } from './manifest';

/** Objects that were read, and everything that is wrong with what was not. */
export interface ReadManifests {
  readonly manifests: readonly SourcedManifest[];
  readonly problems: readonly Problem[];
}

const nothingRead: ReadManifests = { manifests: [], problems: [] };

export const joined = (all: readonly ReadManifests[]): ReadManifests => ({
  manifests: all.flatMap(({ manifests }) => manifests),
  problems: all.flatMap(({ problems }) => problems),
});

/**
 * The tags of YAML 1.1 that Kubernetes' reader (sigs.k8s.io/yaml on go-yaml v2) knows: yes and on are booleans, 0644 is
 * octal, `<<` merges. It has neither base 60 nor dates: `22:22` and `2024-01-01` stay texts.
 */
const asKubernetes = (tags: Tags): Tags =>
  tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      (!('format' in tag && tag.format === 'TIME') && !/:(timestamp|set|omap|pairs)$/.test(tag.tag)),
  );

/** Fields that only the API server writes; objects that were exported from a cluster still have them. */
const SERVER_FIELDS = [
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];
const SERVER_ANNOTATIONS = [
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
];

const without = (map: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));

function cleaned(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { status: _status, ...rest } = object;
  if (!isJson(rest['metadata'])) return rest;
  const metadata = without(rest['metadata'], SERVER_FIELDS);
  const annotations = metadata['annotations'];
  // `annotations:` with nothing below it is how templates end that had none to write.
  const entries: [string, unknown][] = Object.entries(metadata).filter(
    ([key, value]) => !(['annotations', 'labels'].includes(key) && value === null),
  );
  return {
    ...rest,
    metadata: {
      ...Object.fromEntries(entries),
      ...(isJson(annotations) ? { annotations: without(annotations, SERVER_ANNOTATIONS) } : {}),
    },
  };
}

/** `!!binary` values are texts to Kubernetes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(plain);
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function notAnObject(object: unknown): Pick<Problem, 'problem' | 'remedy'> | undefined {
  const remedy = 'name the files that hold Kubernetes objects by a glob, such as "k8s/*-deployment.yaml"';
  if (!isJson(object)) return { problem: 'is no Kubernetes object', remedy };
  for (const field of ['apiVersion', 'kind']) {
    if (typeof object[field] !== 'string' || object[field] === '') {
      return { problem: `has no ${field}: it is no Kubernetes object`, remedy };
    }
  }
  const metadata = object['metadata'];
  const name = isJson(metadata) ? metadata['name'] : undefined;
  if (typeof name === 'string' && name !== '') return undefined;
  const generated = isJson(metadata) && metadata['generateName'] !== undefined;
  return {
    problem: `${String(object['kind'])} has no metadata.name${generated ? ', only generateName' : ''}`,
    remedy: 'give it a name: an object is found again by it',
  };
}

/** What configures kustomize or skaffold lies among manifests and is no object of the cluster. */
const isToolFile = (object: unknown): boolean =>
  isJson(object) && /^(kustomize\.config\.k8s\.io|skaffold)\//.test(String(object['apiVersion']));

/** A list is no object of the cluster: `kubectl apply` takes it apart in the same way. */
function unfolded(object: unknown): readonly unknown[] {
  if (!isJson(object) || !Array.isArray(object['items'])) return [object];
  const kind = String(object['kind']);
  if (!kind.endsWith('List')) return [object];
  const items: unknown[] = object['items'];
  const typed = kind === 'List' ? {} : { apiVersion: object['apiVersion'], kind: kind.slice(0, -4) };
  return items.flatMap((item) => unfolded(isJson(item) ? { ...typed, ...item } : item));
}

function readDocument(document: Document.Parsed, place: string): ReadManifests {
  let value: unknown;
  try {
    value = plain(document.toJS());
  } catch {
    return {
      manifests: [],
      problems: [
        {
          path: place,
          problem: 'has aliases that cannot be followed',
          remedy: 'write the values themselves in their place',
        },
      ],
    };
  }
  if (value === null || value === undefined || isToolFile(value)) return nothingRead;
  return joined(
    unfolded(value).map((object): ReadManifests => {
      const wrong = notAnObject(object);
      return wrong === undefined
        ? { manifests: [{ manifest: cleaned(object as Manifest) as Manifest, place }], problems: [] }
        : { manifests: [], problems: [{ path: place, ...wrong }] };
    }),
  );
}

/**
 * Reads a stream of YAML or JSON documents as Kubernetes does.
 * @param file How the stream is called in problems.
 */
export function readManifests(text: string, file: string): ReadManifests {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    uniqueKeys: false,
    customTags: asKubernetes,
    lineCounter: lines,
  });
  if (!Array.isArray(documents)) return nothingRead;
  return joined(
    documents.map((document: Document.Parsed) => {
      const start = document.contents?.range?.[0] ?? document.range[0];
      const place = `${file}:${lines.linePos(start).line}`;
      const [error] = document.errors;
      if (error === undefined) return readDocument(document, place);
      const line = error.linePos?.[0].line;
      return {
        manifests: [],
        problems: [
          {
            path: line === undefined ? place : `${file}:${line}`,
            problem: `is not YAML: ${error.message.split('\n')[0]}`,
            remedy: text.includes('{{')
              ? 'name the chart that this template belongs to: { chart: <folder> }'
              : 'correct the file',
          },
        ],
      };
    }),
  );
}
