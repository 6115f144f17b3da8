import { labelFinding, type Problem } from '../../components/validation';
import type { Layer } from './settings';

/** The keys that name namespaces, and those whose objects go into the one outside of the mesh. */
export interface NamespaceKeys {
  readonly namespaces?: readonly string[];
  readonly outsideNamespaces?: readonly string[];
  readonly namespace?: string;
  readonly edgeNamespace?: string;
  readonly edge?: unknown;
  readonly loadtest?: unknown;
  /** Where the pipeline's accounts live; undefined where the stack has none. */
  readonly accountsNamespace?: string;
}

/** Where the edge and the load test go. */
export const edgeNamespaceOf = ({ edgeNamespace, namespace }: NamespaceKeys): string =>
  edgeNamespace ?? `${namespace}-edge`;

/** A namespace is in the mesh or outside of it, and one object cannot be declared twice. */
function onBothSides({ namespaces = [], outsideNamespaces = [] }: NamespaceKeys, prefix: string): Problem[] {
  return outsideNamespaces.flatMap((name, index): Problem[] =>
    namespaces.includes(name)
      ? [
          {
            path: `${prefix}outsideNamespaces[${index}]`,
            problem: `is ${name}, which ${prefix}namespaces lists too`,
            remedy: `remove ${name} from one of the two: it is in the mesh or outside of it`,
          },
        ]
      : [],
  );
}

/** Nothing runs where the pipeline's accounts live, and that namespace is made with them. */
function accountsAmongPods(keys: NamespaceKeys, prefix: string): Problem[] {
  const { accountsNamespace: name } = keys;
  const lists = (['namespaces', 'outsideNamespaces'] as const).filter(
    (key) => name !== undefined && keys[key]?.includes(name),
  );
  return lists.map((list) => ({
    path: `${prefix}access.namespace`,
    problem: `is ${name}, which ${prefix}${list} lists too`,
    remedy: 'give the accounts a namespace in which nothing runs: it is made with them',
  }));
}

/** What a stack that makes its namespaces itself uses and does not make. */
function unmade(keys: NamespaceKeys, needsEdge: boolean, prefix: string): Problem[] {
  const missing = (key: string, name: string, list: string): Problem => ({
    path: `${prefix}${key}`,
    problem: `is ${name}, which ${prefix}${list} does not list`,
    remedy: `add ${name} to ${prefix}${list}: this stack makes its namespaces itself`,
  });
  const { namespaces, outsideNamespaces = [], namespace } = keys;
  const edge = edgeNamespaceOf(keys);
  return [
    ...(namespace !== undefined && namespaces !== undefined && !namespaces.includes(namespace)
      ? [missing('namespace', namespace, 'namespaces')]
      : []),
    ...(needsEdge && !outsideNamespaces.includes(edge)
      ? [missing('edgeNamespace', edge, 'outsideNamespaces')]
      : []),
  ];
}

/** The edge's namespace is by itself made of the application's, which may leave no room for the rest of the name. */
function edgeProblems(keys: NamespaceKeys, prefix: string): Problem[] {
  const path = `${prefix}edgeNamespace`;
  const edge = edgeNamespaceOf(keys);
  if (edge === keys.namespace) {
    return [
      {
        path,
        problem: `is ${edge}, the namespace of the application, which is in the mesh`,
        remedy: 'name another one, or leave the key out',
      },
    ];
  }
  const finding = labelFinding(edge, 'prod-edge');
  return finding === undefined
    ? []
    : [
        {
          path,
          problem: `is ${edge} unless it is set, which ${finding[0]}`,
          remedy: `set ${path}, such as prod-edge`,
        },
      ];
}

/**
 * What is wrong between the keys that name namespaces.
 * @param keys Those that are sound by themselves.
 * @param written All of them: for one that is wrong by itself, the default is not what was meant.
 */
export function namespaceProblems(
  keys: NamespaceKeys,
  written: Readonly<Record<string, unknown>>,
  layers: readonly Layer[],
  prefix: string,
): readonly Problem[] {
  const needsEdge =
    layers.includes('application') &&
    keys.namespace !== undefined &&
    keys.edgeNamespace === written['edgeNamespace'] &&
    (keys.edge !== undefined || keys.loadtest !== undefined);
  const ownEdge = needsEdge ? edgeProblems(keys, prefix) : [];
  return [
    ...onBothSides(keys, prefix),
    ...accountsAmongPods(keys, prefix),
    ...ownEdge,
    ...(layers.includes('platform') ? unmade(keys, needsEdge && ownEdge.length === 0, prefix) : []),
  ];
}
