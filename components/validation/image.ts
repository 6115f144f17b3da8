import type { Finding } from './names';

const repositoryPart = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const registryPart = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/;
const tagPart = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPart = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

const exampleImage = 'docker.io/istio/examples-bookinfo-reviews-v2:1.20.3';

function repositoryFinding(repository: string): Finding | undefined {
  const parts = repository.split('/');
  const first = parts[0]!;
  const hasRegistry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  if (hasRegistry && !registryPart.test(first)) {
    return [
      `has the registry ${JSON.stringify(first)}, not a host name`,
      `write host or host:port before the first /, such as ${exampleImage}`,
    ];
  }
  const path = hasRegistry ? parts.slice(1) : parts;
  const bad = path.find((part) => !repositoryPart.test(part));
  if (bad === undefined) return undefined;
  if (repositoryPart.test(bad.toLowerCase())) {
    return [
      `has upper-case letters in its repository (${JSON.stringify(bad)})`,
      `write it in lower case: ${bad.toLowerCase()}`,
    ];
  }
  return [
    `has ${JSON.stringify(bad)} in its repository`,
    `use lower-case letters, digits, '.', '_' and '-' between slashes, such as ${exampleImage}`,
  ];
}

/**
 * Checks an image reference: `[registry[:port]/]repository[:tag][@digest]`.
 *
 * A tag or a digest is asked for, because `latest` by default would let two pods of one version run different code.
 */
export function imageFinding(image: string): Finding | undefined {
  if (image.trim() === '')
    return ['is empty', `write an image, such as ${exampleImage}, or leave the key out`];
  if (/\s/.test(image)) return ['has white space in it', 'remove the white space'];
  const [reference = '', digest, ...more] = image.split('@');
  if (more.length > 0 || (digest !== undefined && !digestPart.test(digest))) {
    return [
      'has a malformed digest',
      'write @sha256: and the 64 hexadecimal digits (0-9, a-f) of the digest',
    ];
  }
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  const repository = colon < 0 ? reference : reference.slice(0, colon);
  const tag = colon < 0 ? undefined : reference.slice(colon + 1);
  if (tag !== undefined && !tagPart.test(tag)) {
    return [
      `has the tag ${JSON.stringify(tag)}`,
      'use letters, digits, _, . and - in a tag, at most 128, such as 1.20.3',
    ];
  }
  if (tag === undefined && digest === undefined) {
    return ['has neither a tag nor a digest', `add one, such as ${reference}:1.20.3`];
  }
  return repositoryFinding(repository);
}
