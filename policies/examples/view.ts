import { kubeObject, type KubeObject } from '../model/object';
import type { ClusterView } from '../model/view';
import { defaultSettings } from '../settings/read';
import type { Settings } from '../settings/settings';
import { changed, idOf, type Change, type Manifest } from './change';
import type { Example } from './read';

/** What the program declares: the VirtualService after the DestinationRule after the Deployments. */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  'VirtualService/prod/reviews': [
    'DestinationRule/prod/reviews',
    'Service/prod/reviews',
    'Deployment/prod/reviews-v1',
    'Deployment/prod/reviews-v2',
  ],
  'DestinationRule/prod/reviews': ['Deployment/prod/reviews-v1', 'Deployment/prod/reviews-v2'],
};

/** Routes that an example adds come after everything; what they lead to comes in any order, as it waits for its pods. */
const orderOf = ({ kind }: Manifest, all: readonly Manifest[]): readonly string[] =>
  /^(VirtualService|DestinationRule|\w+Route)$/.test(kind) ? all.map(idOf) : [];

/** The day examples are judged on. */
export const TODAY = new Date('2026-11-21T12:00:00Z');

/** Asks for everything a stack can ask for but digests, which would have to be invented here. */
const strict: Settings = {
  ...defaultSettings(TODAY),
  require: ['mtls', 'authorization', 'network-policies', 'block-list'],
  blockList: { images: [], made: TODAY },
  unknown: 'refuse',
};

function toObjects(
  base: readonly Manifest[],
  change: Change,
  given: Partial<Example> = {},
): readonly KubeObject[] {
  const manifests = changed(base, change);
  return manifests.map((manifest, index) => {
    const id = idOf(manifest);
    const secretFields = given.secretFields?.[id];
    return kubeObject({
      manifest,
      origin: { file: 'example', index },
      dependsOn: new Set(
        given.unordered?.includes(id) === true ? [] : (ORDER[id] ?? orderOf(manifest, manifests)),
      ),
      ignoreChanges: given.ignoreChanges?.[id] ?? [],
      ...(secretFields === undefined ? {} : { secretFields }),
    });
  });
}

/** What policies know in an example. */
export function exampleView(base: readonly Manifest[], given: Example): ClusterView {
  const { listMade, blocked = [], ...settings } = given.settings ?? {};
  const { previous, releases = {} } = given;
  return {
    objects: toObjects(base, given, given),
    environment: given.environment ?? 'production',
    settings: {
      ...strict,
      ...settings,
      ...(listMade === undefined ? {} : { blockList: { images: [], made: new Date(listMade) } }),
      ...(blocked.length === 0 ? {} : { blockList: { images: blocked, made: TODAY } }),
    },
    ...(previous === undefined ? {} : { previous: { objects: toObjects(base, previous), releases } }),
    ...(given.overrides === undefined ? {} : { overrides: given.overrides }),
  };
}
