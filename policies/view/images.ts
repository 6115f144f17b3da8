import { textAt } from '../model/json';
import { containersOf, isFilledIn, workload, type Container } from './workloads';
import type { KubeObject } from '../model/object';

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
  const [named = '', digest] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const registry = hasRegistry
    ? first.replace(/^(index|registry-1)\.docker\.io$/, DEFAULT_REGISTRY)
    : DEFAULT_REGISTRY;
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === DEFAULT_REGISTRY && !rest.includes('/') ? `library/${rest}` : rest;
  return { registry, repository, tag, digest };
}

export interface UsedImage extends Container {
  readonly reference: string;
  readonly image: Image;
}

/** The images of a workload; throws `UnknownValue` where one is not known. */
export function imagesOf(object: KubeObject): readonly UsedImage[] {
  return containersOf(workload(object)).flatMap((container) => {
    const reference = textAt(container.container, 'image');
    return reference === undefined || isFilledIn(container)
      ? []
      : [{ ...container, reference, image: readImage(reference) }];
  });
}
