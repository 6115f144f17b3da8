import { grouped } from '../../../components/validation';
import { at, isMap, labelsAt, listAt, textAt, textsAt, type Segment } from '../../model/json';
import type { KubeObject } from '../../model/object';
import { index, ofKind, type Objects } from '../../model/view';
import { UnknownValue } from '../../model/unknown';
import { isExported, isWild, resolveHost, ROOT_NAMESPACE, serviceOf } from './hosts';
import { ISTIO } from './virtualServices';

export const destinationRules = (view: Objects): readonly KubeObject[] =>
  ofKind(view, 'DestinationRule', ISTIO);

/** A subset of a DestinationRule. */
export interface Subset {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  /** Resolved; see `resolveHost`. */
  readonly host: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const ruleHost = (object: KubeObject): string =>
  resolveHost(textAt(object.manifest, 'spec', 'host') ?? '', object.place);

export const subsetsOf = (object: KubeObject): readonly Subset[] =>
  listAt(object.manifest, 'spec', 'subsets').map((subset, place) => ({
    object,
    path: ['spec', 'subsets', place],
    host: ruleHost(object),
    name: textAt(subset, 'name') ?? '',
    labels: labelsAt(subset, 'labels'),
  }));

/** Whether it holds for some callers alone. */
export const isForSomeCallers = (object: KubeObject): boolean =>
  isMap(at(object.manifest, 'spec', 'workloadSelector')) &&
  Object.keys(labelsAt(object.manifest, 'spec', 'workloadSelector', 'matchLabels')).length > 0;

interface Rules {
  /** By host; a wildcard is one of them. */
  readonly byHost: ReadonlyMap<string, readonly KubeObject[]>;
  readonly isAnyWild: boolean;
  /** Rules whose host is not known: whoever finds no other cannot know that there is none. */
  readonly unknown: UnknownValue | undefined;
}

const rules = index((view): Rules => {
  let unknown: UnknownValue | undefined;
  const readable = destinationRules(view).flatMap((object) => {
    try {
      return [{ object, host: ruleHost(object) }];
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      unknown = error;
      return [];
    }
  });
  const byHost = grouped(readable, ({ host }) => host);
  return {
    byHost: new Map([...byHost].map(([host, entries]) => [host, entries.map(({ object }) => object)])),
    isAnyWild: readable.some(({ host }) => isWild(host)),
    unknown,
  };
});

/** Every wildcard that covers a host: `*.prod` and `*` for `reviews.prod`. */
const wildcardsOf = (host: string): readonly string[] => {
  const labels = host.split('.');
  return [...labels.keys()].map((from) => ['*', ...labels.slice(from + 1)].join('.'));
};

/** All rules whose host is or covers a host, wherever they are. */
export function rulesOfHost(view: Objects, host: string): readonly KubeObject[] {
  const { byHost, isAnyWild } = rules(view);
  const wild = isAnyWild ? wildcardsOf(host).filter((pattern) => pattern !== host) : [];
  return [host, ...wild].flatMap((name) => byHost.get(name) ?? []);
}

const answers = index(() => new Map<string, readonly KubeObject[]>());

/** The most specific rules of one namespace for a host: an exact host before the longest wildcard. */
function ofNamespace(found: readonly KubeObject[], place: string, seenFrom: string): readonly KubeObject[] {
  const here = found.filter(
    (object) =>
      object.place === place && isExported(textsAt(object.manifest, 'spec', 'exportTo'), place, seenFrom),
  );
  const exact = here.filter((object) => !isWild(ruleHost(object)));
  if (exact.length > 0) return exact;
  const longest = Math.max(0, ...here.map((object) => ruleHost(object).length));
  return here.filter((object) => ruleHost(object).length === longest);
}

/**
 * The rules that hold for calls to a host, in Istio's order: those of the caller's namespace, else of the service's, else
 * of the root namespace. Rules for some callers alone are left out.
 *
 * Source: istio/istio pilot/pkg/model/push_context.go, destinationRule.
 *
 * @param place The namespace of the caller.
 */
function rulesFor(view: Objects, host: string, place: string): readonly KubeObject[] {
  const known = answers(view);
  const key = `${place}\0${host}`;
  const held = known.get(key);
  if (held !== undefined) return held;
  const found = findRules(view, host, place);
  known.set(key, found);
  return found;
}

function findRules(view: Objects, host: string, place: string): readonly KubeObject[] {
  const all = rulesOfHost(view, host).filter((object) => !isForSomeCallers(object));
  const owner = serviceOf(host)?.namespace;
  for (const namespace of [place, owner, ROOT_NAMESPACE]) {
    const found = namespace === undefined ? [] : ofNamespace(all, namespace, place);
    if (found.length > 0) return found;
  }
  const { unknown } = rules(view);
  if (unknown !== undefined) throw unknown;
  // Of an outside host nobody owns the namespace: its rules are where its ServiceEntry is.
  return owner === undefined
    ? all.filter((object) => isExported(textsAt(object.manifest, 'spec', 'exportTo'), object.place, place))
    : [];
}

/** The subset that a route from a namespace means; undefined where no rule that holds there defines it. */
export function findSubset(view: Objects, host: string, name: string, place: string): Subset | undefined {
  for (const object of rulesFor(view, host, place)) {
    const found = subsetsOf(object).find((subset) => subset.name === name);
    if (found !== undefined) return { ...found, host };
  }
  return undefined;
}
