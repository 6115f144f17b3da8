import { listAt, mapAt, type Manifest } from '../sources/manifest';

/** The repository of an image: without tag and digest. */
function repositoryOf(image: string): string {
  const [plain = ''] = image.split('@');
  const slash = plain.lastIndexOf('/');
  const colon = plain.indexOf(':', slash + 1);
  return colon < 0 ? plain : plain.slice(0, colon);
}

const lastPart = (image: string): string => repositoryOf(image).split('/').at(-1)!;

type Chosen = { readonly name: string } | { readonly problem: string; readonly remedy: string };

interface Choice {
  readonly service: string;
  readonly container?: string;
  readonly images: readonly string[];
}

/** The one of a list, or undefined where there are none or several. */
const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/**
 * Which container of a Deployment runs the images of an entry: the one that is named, else the only one, else the one whose
 * image they are, else kubectl's default container, else the one of the entry's name, else the one whose image ends in the
 * same word.
 */
export function imageContainer(deployment: Manifest, { service, container, images }: Choice): Chosen {
  const containers = listAt(deployment, 'spec', 'template', 'spec', 'containers').map((one) => ({
    name: String(one['name']),
    image: String(one['image']),
  }));
  const shown = containers.map(({ name, image }) => `${name} (${image})`).join(', ') || 'none';
  if (container !== undefined) {
    return containers.some(({ name }) => name === container)
      ? { name: container }
      : {
          problem: `has no container ${container}; its containers are ${shown}`,
          remedy: 'correct container, or leave it out',
        };
  }
  const repositories = images.map(repositoryOf);
  const byImage = (of: (image: string) => string, wanted: readonly string[]) =>
    only(containers.filter(({ image }) => wanted.includes(of(image))));
  const annotations = mapAt(deployment, 'spec', 'template', 'metadata', 'annotations');
  const usual = annotations['kubectl.kubernetes.io/default-container'];
  const found =
    only(containers) ??
    byImage(repositoryOf, repositories) ??
    containers.find(({ name }) => name === usual) ??
    containers.find(({ name }) => name === service) ??
    byImage(lastPart, images.map(lastPart));
  if (found !== undefined) return { name: found.name };
  const wanted = [...new Set(repositories)].join(', ');
  return {
    problem:
      wanted === ''
        ? `has several containers, and nothing says which one the versions are of: ${shown}`
        : `has no container with the image ${wanted}; its containers are ${shown}`,
    remedy: `name the container that runs the image, such as container: ${containers[0]?.name ?? service}`,
  };
}
