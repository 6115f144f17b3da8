/** A stack as far as it matters for what a change is about. */
export interface AffectableStack {
  readonly name: string;
  readonly layers: readonly string[];
  /** The application file that its config names, from the root of the repository; undefined for Bookinfo. */
  readonly application?: string;
}

/** Whether a change can have an effect on a stack, and by which file. */
export interface Affected {
  readonly affected: boolean;
  /** For people. */
  readonly why: string;
}

/** Parts of one layer alone; whatever is not here is taken to be of every layer. */
const partsOfLayers: Readonly<Record<string, readonly string[]>> = {
  'components/istio/': ['platform'],
  'components/access/': ['platform'],
  'infra/layers/platform.ts': ['platform'],
  'components/edge/': ['application'],
  'components/loadtest/': ['application'],
  'infra/layers/application.ts': ['application'],
};

/** What a stack's objects, or the verdict on them, are made of. */
const shared = [
  ...['components/', 'infra/', 'policies/', 'bin/'],
  ...['Pulumi.yaml', 'package.json', 'package-lock.json', 'tsconfig.json'],
];

/** Folders and files that hold no manifests, unless the application file is in the same folder. */
const noManifests = [
  ...['docs/', 'test/', 'release/', 'rehearsal/', 'stacks/', 'bin/', '.ci/', '.github/', '.gitlab/'],
  ...['.changeset/', '.devcontainer/', 'README', 'LICENSE', 'CODEOWNERS', 'Makefile', '.gitlab-ci.yml'],
];

const top = (path: string): string => path.slice(0, path.indexOf('/') + 1);

/**
 * Whether a file may be one that the application is made of. Its file names folders, globs, charts and kustomizations, which
 * lead to others; whatever is not known to be something else may be one of them.
 */
function ofApplication(file: string, application: string | undefined): boolean {
  if (application === undefined) return false;
  const named = application.replace(/^\.\//, '');
  if (file === named) return true;
  return (
    (top(named) !== '' && top(file) === top(named)) || !noManifests.some((path) => file.startsWith(path))
  );
}

function matters(file: string, { name, layers, application }: AffectableStack): boolean {
  const ofStack = /^(?:stacks\/Pulumi|policies\/config\/)\.?(.+)\.ya?ml$/.exec(file)?.[1];
  // Settings of policies extend one another by name, so only another stack's own config is nobody else's.
  if (file.startsWith('stacks/')) return ofStack === name;
  if (!shared.some((path) => file === path || (path.endsWith('/') && file.startsWith(path)))) {
    return ofApplication(file, application);
  }
  const part = Object.keys(partsOfLayers).find((path) => file.startsWith(path));
  return part === undefined || partsOfLayers[part]!.some((layer) => layers.includes(layer));
}

/**
 * Whether changed files can have an effect on a stack. When in doubt they have: a preview too many costs seconds, one too
 * few shows nobody what a merge does.
 * @param files Paths from the root of the repository; undefined where it is not known what changed.
 */
export function isAffected(stack: AffectableStack, files: readonly string[] | undefined): Affected {
  if (files === undefined) return { affected: true, why: 'what changed is not known' };
  const found = files.filter((file) => matters(file, stack));
  if (found.length === 0)
    return { affected: false, why: `none of ${files.length} changed files is part of it` };
  const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
  return { affected: true, why: `${found[0]}${more} changed` };
}
