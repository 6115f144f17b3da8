import { z } from 'zod';
import { examine, labelFinding, rule, type Examples, type Problem } from '../../components/validation';
import { word } from './fields';

/** The shape of what a stack says of its lock. */
export const lockSchema = rule(
  z.strictObject({
    in: word('lease', 'file')
      .optional()
      .describe(
        "A Lease in the application's namespace, or a file that everyone who releases reaches. Default `lease`.",
      ),
    name: rule(z.string(), (value) => labelFinding(value, 'release-prod'))
      .optional()
      .describe("The Lease's name. Default: `release-<stack>`."),
    file: rule(z.string(), (value) => (value.trim() === '' ? ['is empty', 'write a path'] : undefined))
      .optional()
      .describe('The file, relative to the folder of Pulumi.yaml. Needed with `in: file`.'),
  }),
  ({ in: place, name, file }) => {
    if (place === 'file' && file === undefined)
      return ['is in a file and names none', 'add file: with a path that every releaser reaches'];
    if (place !== 'file' && file !== undefined)
      return ['names a file and is not in one', 'add in: file, or remove file'];
    return place === 'file' && name !== undefined
      ? ['is in a file and has the name of a Lease', 'remove name']
      : undefined;
  },
);

const examples: Examples = { in: 'lease', name: 'release-prod', file: '/srv/pulumi/release-prod.lock' };

/** Where a release's lock lies. */
export type LockSettings =
  /** A Lease in the application's namespace (default): whoever can reach the cluster sees it. */
  | { readonly in: 'lease'; readonly name: string }
  /** A file, for a machine without rights on Leases. Everyone who releases must reach the same file. */
  | { readonly in: 'file'; readonly file: string };

export const lockProblems = (raw: unknown, path: string): readonly Problem[] =>
  raw === undefined ? [] : examine(lockSchema, raw, path, examples).problems;

/** A name of a Lease, of a stack's name: a DNS label. */
const leaseName = (stack: string): string =>
  `release-${stack.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`.slice(0, 63).replace(/-+$/, '');

/** The settings with every default; called when there are no problems. */
export function resolveLockSettings(raw: unknown, stack: string): LockSettings {
  const { name, file } = lockSchema.parse(raw ?? {});
  return file === undefined ? { in: 'lease', name: name ?? leaseName(stack) } : { in: 'file', file };
}
