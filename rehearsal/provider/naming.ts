import { createHash, randomBytes } from 'node:crypto';

/** Marks an object whose name this plugin chose: it can be replaced side by side, under another name. */
export const AUTONAMED = 'pulumi.com/autonamed';

const SUFFIX_LENGTH = 8;
/** Kubernetes names are DNS subdomains, but most kinds allow only a label's 63 characters. */
const LONGEST_NAME = 63;

/** Eight hexadecimal digits, the same for the same seed: an update that follows a saved plan gets the planned name. */
export function randomSuffix(seed: Uint8Array | undefined, urn: string): string {
  if (seed === undefined || seed.length === 0) return randomBytes(SUFFIX_LENGTH / 2).toString('hex');
  return createHash('sha256').update(seed).update(urn).digest('hex').slice(0, SUFFIX_LENGTH);
}

export function autoName(prefix: string, suffix: string): string {
  return `${prefix.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}

/** The id in the state, as the official provider writes it. */
export function objectId(name: string, namespace: string | undefined): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { name: string; namespace?: string } {
  const slash = id.indexOf('/');
  return slash < 0 ? { name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/**
 * The field manager of a resource: like the official provider's, one per resource, but made from the URN instead of
 * random, so that a resource recognises an object it created in an update that was killed.
 */
export function managerOf(urn: string): string {
  return `pulumi-kubernetes-${createHash('sha256').update(urn).digest('hex').slice(0, SUFFIX_LENGTH)}`;
}
