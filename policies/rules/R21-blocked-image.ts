import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import type { BlockedImage } from '../settings/blockList';
import { imagesOf, readImage, type Image } from '../view/images';
import { workloadObjects } from '../view/workloads';

function isBlocked(image: Image, { image: listed }: BlockedImage): boolean {
  if (/^sha(256|512):/.test(listed)) return image.digest === listed;
  const blocked = readImage(listed);
  // A digest is the image itself, from whatever registry it comes.
  if (blocked.digest !== undefined) return blocked.digest === image.digest;
  if (blocked.registry !== image.registry || blocked.repository !== image.repository) return false;
  return blocked.tag === '*' || (blocked.tag ?? 'latest') === (image.tag ?? 'latest');
}

export const blockedImage: Policy = {
  id: 'R21-blocked-image',
  title: 'No image is on the block list',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Use a version in which the vulnerabilities are mended.',
  document: 'The stack’s block list, written by hand or taken from reports of trivy image --format json',
  check: (view) =>
    judge(workloadObjects(view), (object) =>
      imagesOf(object).map(({ path, image }) => {
        const entry = view.settings.blockList?.images.find((blocked) => isBlocked(image, blocked));
        if (entry === undefined) return undefined;
        const cves = entry.cves.slice(0, 5).join(', ');
        const more = entry.cves.length > 5 ? ` and ${entry.cves.length - 5} more` : '';
        return finding(
          object,
          fieldPath(...path, 'image'),
          `is on the block list${cves === '' ? '' : `: ${cves}${more}`}`,
          'use a version in which this is mended',
        );
      }),
    ),
};
