import { judge } from '../model/judge';
import { finding, type Policy } from '../model/policy';
import { imageSubjects } from '../view/images';

/** Whether an image comes from a listed place: matched by whole path segments, so that `ghcr.io/a` is not `ghcr.io/ab`. */
const isListed = (image: string, place: string): boolean =>
  `${image}/`.startsWith(place.endsWith('/') ? place : `${place}/`);

export const imageRegistry: Policy = {
  id: 'R20-registry',
  title: 'Images come from registries that the stack lists',
  severity: 'high',
  enforcement: { production: 'mandatory', test: 'advisory', rehearsal: 'advisory' },
  scope: 'object',
  remedy: 'Take the image from a listed registry, or add its registry to the list.',
  document: 'Kyverno, restrict-image-registries; Gatekeeper, allowedrepos',
  check: (view) =>
    judge(imageSubjects(view), (subject) =>
      subject.images().map(({ object, field, image }) => {
        const place = `${image.registry}/${image.repository}`;
        if (view.settings.registries.some((listed) => isListed(place, listed))) return undefined;
        return finding(
          object,
          field,
          `comes from ${place}, which is not on the list of registries`,
          `use an image from ${view.settings.registries.join(', ')}, or add this one to registries`,
        );
      }),
    ),
};
