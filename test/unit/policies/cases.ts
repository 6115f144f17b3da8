import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AppliedRelease } from '../../../components/canary/pure';
import { evaluate, type Report } from '../../../policies/evaluate';
import { kubeObject, objectId, type KubeObject } from '../../../policies/model/object';
import type { Environment } from '../../../policies/model/policy';
import { UNKNOWN } from '../../../policies/model/unknown';
import type { ClusterView } from '../../../policies/model/view';
import { defaultSettings } from '../../../policies/settings/read';
import type { BlockedImage } from '../../../policies/settings/blockList';
import type { Settings } from '../../../policies/settings/settings';

const FIXTURES = join(__dirname, 'fixtures');

type Manifest = Record<string, unknown> & {
  kind: string;
  metadata: { name: string; namespace?: string };
};

/** Changes to the stack of base.yaml. */
export interface Change {
  /** By object and place; null removes it, `!unknown` makes it unknown. */
  readonly set?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly add?: readonly Manifest[];
  /** Objects by id. */
  readonly remove?: readonly string[];
}

export interface Case extends Change {
  readonly title: string;
  /** Objects that the policy must name, each with the place: `Deployment/prod/reviews-v1 spec.replicas`. */
  readonly at?: readonly string[];
  /** Other policies that rightly find something too. */
  readonly also?: readonly string[];
  readonly previous?: Change;
  readonly releases?: Readonly<Record<string, AppliedRelease>>;
  readonly overrides?: Readonly<Record<string, { from: string }>>;
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

export interface Fixture {
  readonly policy: string;
  readonly bad: readonly Case[];
  readonly good: readonly Case[];
  readonly unknown: readonly Case[];
  /** Why there is no unknown case, where a policy reads nothing that could be unknown. */
  readonly readsNoObject?: string;
}

const unknownTag = { tag: '!unknown', resolve: () => UNKNOWN };

const read = (file: string): unknown =>
  parse(readFileSync(join(FIXTURES, file), 'utf8'), { merge: true, customTags: [unknownTag] });

export const fixtures: readonly Fixture[] = readdirSync(FIXTURES)
  .filter((file) => /^R\d+/.test(file))
  .sort()
  .map((file) => read(file) as Fixture);

const idOf = ({ kind, metadata }: Manifest): string => objectId(kind, metadata.namespace, metadata.name);

/** The places of a path such as `spec.http[0].route` or `data["a.b"]`. */
const places = (path: string): readonly string[] =>
  [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain!,
  );

function change(object: Record<string, unknown>, path: string, value: unknown): void {
  const all = places(path);
  const last = all.at(-1)!;
  const holder = all.slice(0, -1).reduce<Record<string, unknown>>((found, place) => {
    found[place] ??= {};
    return found[place] as Record<string, unknown>;
  }, object);
  if (value !== null) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
}

export function changedObjects({ set = {}, add = [], remove = [] }: Change): Manifest[] {
  // Through text, because a structured clone would go on sharing what the file's anchors share.
  const base = JSON.parse(
    JSON.stringify((read('base.yaml') as { objects: Manifest[] }).objects),
  ) as Manifest[];
  const objects = [...base, ...add.map((entry) => copy(entry) as Manifest)];
  for (const [id, values] of Object.entries(set)) {
    const object = objects.find((entry) => idOf(entry) === id);
    if (object === undefined) throw new Error(`the base has no ${id}`);
    for (const [path, value] of Object.entries(values)) change(object, path, copy(value));
  }
  return objects.filter((entry) => !remove.includes(idOf(entry)));
}

/** A deep copy that keeps the mark of unknown values, which structuredClone refuses. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copy(entry)]));
}

/** What the program declares: the VirtualService after the DestinationRule after the Deployments. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  'VirtualService/prod/reviews': [
    'DestinationRule/prod/reviews',
    'Deployment/prod/reviews-v1',
    'Deployment/prod/reviews-v2',
  ],
  'DestinationRule/prod/reviews': ['Deployment/prod/reviews-v1', 'Deployment/prod/reviews-v2'],
};

function toObjects(change_: Change, given: Partial<Case> = {}): readonly KubeObject[] {
  return changedObjects(change_).map((manifest, index) => {
    const id = idOf(manifest);
    const secretFields = given.secretFields?.[id];
    return kubeObject({
      manifest,
      origin: { file: 'case', index },
      dependsOn: new Set(given.unordered?.includes(id) === true ? [] : ORDER[id]),
      ignoreChanges: given.ignoreChanges?.[id] ?? [],
      ...(secretFields === undefined ? {} : { secretFields }),
    });
  });
}

export const TODAY = new Date('2026-11-21T12:00:00Z');

/** Asks for everything a stack can ask for but digests, which would have to be invented here. */
const strict: Settings = {
  ...defaultSettings(TODAY),
  require: ['mtls', 'authorization', 'network-policies', 'block-list'],
  blockList: { images: [], made: TODAY },
  unknown: 'refuse',
};

export function viewOf(given: Case): ClusterView {
  const { listMade, blocked = [], ...settings } = given.settings ?? {};
  const { previous, releases = {} } = given;
  return {
    objects: toObjects(given, given),
    environment: given.environment ?? 'production',
    settings: {
      ...strict,
      ...settings,
      ...(listMade === undefined ? {} : { blockList: { images: [], made: new Date(listMade) } }),
      ...(blocked.length === 0 ? {} : { blockList: { images: blocked, made: TODAY } }),
    },
    ...(previous === undefined ? {} : { previous: { objects: toObjects(previous), releases } }),
    ...(given.overrides === undefined ? {} : { overrides: given.overrides }),
  };
}

/** What all policies say to a case; that images lack a digest counts only where it is asked for. */
export function ask(given: Case): Report {
  const report = evaluate(viewOf(given));
  const wantsDigests = given.settings?.require?.includes('digests') === true;
  return {
    ...report,
    findings: report.findings.filter(({ unlessRequired }) => wantsDigests || unlessRequired !== 'digests'),
  };
}
