import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { imageSubjects, type UsedImage } from '../view/images';

/** Words for what is newest, or what runs somewhere. */
const MOVING_WORD =
  /^(latest|stable|edge|nightly|main|master|mainline|trunk|head|tip|dev|devel|develop|development|test|testing|qa|uat|int|stage|staging|preprod|prod|production|live|canary|release|released|current|default|lts|next|beta|alpha|rc|preview|snapshot|unstable|experimental|insiders|rolling|newest|ci|demo)$/i;

/** Systems and flavours that stand behind a version: `1.20-alpine`, `lts-slim`. */
const FLAVOUR =
  /^(alpine|slim|bookworm|bullseye|buster|trixie|jammy|focal|noble|jre|jdk|openjdk|temurin|distroless|debian|ubuntu|ubi|scratch|fpm|apache|perl|windowsservercore|nanoserver|amd64|arm64|linux|management|community|ce|oss|nonroot|debug)[\d.]*$/i;

/** `1`, `v1`, `1.20`: each gets the next patch under the same name. */
const PARTIAL = /^v?\d{1,4}(\.(\d{1,4}|x))?$|^v?\d+\.\d+\.x$/i;

/** Whether a tag is moved from one image to the next by convention. */
function isMoving(tag: string): boolean {
  const parts = tag.split(/[-_]/).filter((part) => !FLAVOUR.test(part));
  const [first] = parts;
  // Only flavours: `alpine` is the newest version on it.
  if (first === undefined) return true;
  if (parts.length === 1) return MOVING_WORD.test(first) || PARTIAL.test(first);
  // `main-latest`, `nightly-alpine`; with a commit or a date behind it a word moves no more.
  return parts.every((part) => MOVING_WORD.test(part)) || MOVING_WORD.test(tag);
}

function imageFinding({ object, field, image }: UsedImage): Finding | undefined {
  if (image.digest !== undefined) return undefined;
  if (image.tag === undefined || image.tag === '' || isMoving(image.tag)) {
    const what = !image.tag
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
  check: (view) => judge(imageSubjects(view), (subject) => subject.images().map(imageFinding)),
};
