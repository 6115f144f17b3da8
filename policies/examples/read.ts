import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AppliedRelease } from '../../components/canary/pure';
import type { Environment } from '../model/policy';
import { UNKNOWN } from '../model/unknown';
import type { BlockedImage } from '../settings/blockList';
import type { Settings } from '../settings/settings';
import type { Change, Manifest } from './change';

/** A stack that one policy finds something in, or that looks like one and is fine. */
export interface Example extends Change {
  readonly title: string;
  /** Objects that the policy must name, each with the place: `Deployment/prod/reviews-v1 spec.replicas`. */
  readonly at?: readonly string[];
  /** Other policies that rightly find something too. */
  readonly also?: readonly string[];
  readonly previous?: Change;
  readonly releases?: Readonly<Record<string, AppliedRelease>>;
  readonly overrides?: Readonly<Record<string, { readonly from: string }>>;
  readonly environment?: Environment;
  readonly settings?: Partial<Settings> & {
    readonly listMade?: string;
    readonly blocked?: readonly BlockedImage[];
  };
  readonly ignoreChanges?: Readonly<Record<string, readonly string[]>>;
  readonly secretFields?: Readonly<Record<string, readonly string[]>>;
  /** Objects that lose what they depend on. */
  readonly unordered?: readonly string[];
}

/** The examples of one policy: the tests run them and the reference prints them. */
export interface Examples {
  readonly policy: string;
  readonly bad: readonly Example[];
  readonly good: readonly Example[];
  readonly unknown: readonly Example[];
  /** Whether it never finds anything, and says instead what nobody can judge. */
  readonly undecides?: true;
  /** Why an unknown value does not keep the policy from judging: it reads nothing that could be unknown. */
  readonly readsNoObject?: string;
}

const unknownTag = { tag: '!unknown', resolve: () => UNKNOWN };

/** @param root The folder of Pulumi.yaml. */
const folder = (root: string): string => join(root, 'policies', 'examples');

const read = (file: string): unknown =>
  parse(readFileSync(file, 'utf8'), { merge: true, customTags: [unknownTag] });

/** The examples of all policies, by number. */
export function readExamples(root: string): readonly Examples[] {
  return readdirSync(folder(root))
    .filter((file) => /^R\d+.*\.yaml$/.test(file))
    .sort()
    .map((file) => read(join(folder(root), file)) as Examples);
}

/** A stack that breaks no policy; each example is written as changes to it. */
export const readBase = (root: string): readonly Manifest[] =>
  (read(join(folder(root), 'base.yaml')) as { readonly objects: readonly Manifest[] }).objects;
