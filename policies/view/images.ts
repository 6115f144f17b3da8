import { fieldPath, listAt, textAt, type Segment } from '../model/json';
import type { KubeObject } from '../model/object';
import { ofKind, type Objects } from '../model/view';
import { containersOf, isFilledIn, podPath, podSpec, workloads, type Workload } from './workloads';

/** An image reference, taken apart: `registry/repository:tag@digest`. */
export interface Image {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** What a name without a registry means, and its other names. */
const DEFAULT_REGISTRY = 'docker.io';

export function readImage(reference: string): Image {
  const [named = '', digest] = reference.trim().split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const registry = hasRegistry
    ? first.toLowerCase().replace(/^(index|registry-1|registry)\.docker\.io$/, DEFAULT_REGISTRY)
    : DEFAULT_REGISTRY;
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === DEFAULT_REGISTRY && !rest.includes('/') ? `library/${rest}` : rest;
  return { registry, repository, tag, digest };
}

export interface UsedImage {
  readonly object: KubeObject;
  /** Where the reference stands. */
  readonly field: string;
  readonly reference: string;
  readonly image: Image;
}

const used = (
  object: KubeObject,
  path: readonly Segment[],
  reference: string | undefined,
): readonly UsedImage[] =>
  reference === undefined || reference === ''
    ? []
    : [{ object, field: fieldPath(...path), reference, image: readImage(reference) }];

/** Annotations that have Istio's injector take a container from somewhere else. */
const PROXY_IMAGE = 'sidecar.istio.io/proxyImage';

/** The images of a workload, wherever they stand; throws `UnknownValue` where one is not known. */
function imagesOf(owner: Workload): readonly UsedImage[] {
  const { object, template } = owner;
  const annotation = [...template, 'metadata', 'annotations', PROXY_IMAGE];
  return [
    ...containersOf(owner).flatMap((container) =>
      isFilledIn(container)
        ? []
        : used(object, [...container.path, 'image'], textAt(container.container, 'image')),
    ),
    ...listAt(podSpec(owner), 'volumes').flatMap((volume, place) =>
      used(
        object,
        [...podPath(owner, 'volumes', place), 'image', 'reference'],
        textAt(volume, 'image', 'reference'),
      ),
    ),
    ...used(object, annotation, textAt(object.manifest, ...annotation)),
  ];
}

/** Code that a WasmPlugin has proxies load from a registry. */
function pluginImages(object: KubeObject): readonly UsedImage[] {
  const url = textAt(object.manifest, 'spec', 'url') ?? '';
  return url.startsWith('oci://') ? used(object, ['spec', 'url'], url.slice('oci://'.length)) : [];
}

/** What images are judged by: each carrier, and how to read its images. */
export const imageSubjects = (
  view: Objects,
): readonly { readonly object: KubeObject; images(): readonly UsedImage[] }[] => [
  ...workloads(view).map((owner) => ({ object: owner.object, images: () => imagesOf(owner) })),
  ...ofKind(view, 'WasmPlugin').map((object) => ({ object, images: () => pluginImages(object) })),
];
