import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { imagesOf, type UsedImage } from '../view/images';
import { workloadObjects } from '../view/workloads';

/** Tags that are moved from one image to the next by convention. */
const moving =
  /^(latest|stable|edge|nightly|main|master|dev|develop|test|prod|canary|release|current|\d+|\d+\.\d+)$/i;

function imageFinding({ object, path, image }: UsedImage): Finding | undefined {
  if (image.digest !== undefined) return undefined;
  const field = fieldPath(...path, 'image');
  if (image.tag === undefined || moving.test(image.tag)) {
    const what =
      image.tag === undefined
        ? 'has no tag, which means latest'
        : `has the tag ${image.tag}, which moves from image to image`;
    return finding(
      object,
      field,
      `${what}: two pods of one version may run different code`,
      'name a full version, such as 1.20.3, or a digest',
    );
  }
  return finding(
    object,
    field,
    'is named by tag only: whoever may push to the registry may change what runs',
    'add the digest, @sha256:…, that your registry gives for it',
    'digests',
  );
}

export const mutableImage: Policy = {
  id: 'R19-mutable-image',
  title: 'An image is named so that it always means the same code',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Name a full version instead of a tag that moves; where the stack requires digests, add the digest.',
  document:
    'Kubernetes, Images: avoid :latest in production; Kyverno, disallow-latest-tag and require-image-digest',
  check: (view) => judge(workloadObjects(view), (object) => imagesOf(object).map(imageFinding)),
};
