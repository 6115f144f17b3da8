import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import type { BlockedImage } from '../settings/blockList';
import { imageSubjects, readImage, type Image } from '../view/images';

function isBlocked(image: Image, { image: listed }: BlockedImage): boolean {
  if (/^sha(256|512):/.test(listed)) return image.digest === listed;
  const blocked = readImage(listed);
  // A digest is the image itself, from whatever registry it comes.
  if (blocked.digest !== undefined) return blocked.digest === image.digest;
  if (blocked.registry !== image.registry || blocked.repository !== image.repository) return false;
  // A digest alone says nothing of tags; no tag at all means latest.
  const tag = image.tag ?? (image.digest === undefined ? 'latest' : undefined);
  return blocked.tag === '*' || (blocked.tag ?? 'latest') === tag;
}

export const blockedImage: Policy = {
  id: 'R21-blocked-image',
  title: 'No image is on the block list',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Use a version in which the vulnerabilities are fixed.',
  document: 'The stack’s block list, written by hand or taken from reports of trivy image --format json',
  check: (view) =>
    judge(imageSubjects(view), (subject) =>
      subject.images().map(({ object, field, image }) => {
        const entry = view.settings.blockList?.images.find((blocked) => isBlocked(image, blocked));
        if (entry === undefined) return undefined;
        const cves = entry.cves.slice(0, 5).join(', ');
        const more = entry.cves.length > 5 ? ` and ${entry.cves.length - 5} more` : '';
        return finding(
          object,
          field,
          `is on the block list${cves === '' ? '' : `: ${cves}${more}`}`,
          'use a version in which this is fixed',
        );
      }),
    ),
};
