import type { Problem } from '../../components/validation';
import type { Layer } from './settings';

/** The keys whose presence depends on the layers; all that a rule may look at. */
export interface LayerKeys {
  readonly layers: readonly Layer[];
  readonly namespaces?: unknown;
  readonly outsideNamespaces?: unknown;
  readonly podSecurity?: unknown;
  readonly istio?: unknown;
  readonly gatewayApi?: unknown;
  readonly datakit?: unknown;
  readonly datakitToken?: unknown;
  readonly access?: unknown;
  readonly namespace?: unknown;
  readonly application?: unknown;
  readonly release?: unknown;
  readonly step?: unknown;
  readonly override?: unknown;
  readonly routePolicies?: unknown;
  readonly sidecarScraping?: unknown;
  readonly security?: unknown;
  readonly edgeNamespace?: unknown;
  readonly edge?: unknown;
  readonly loadtest?: unknown;
}

interface Rule {
  readonly key: Exclude<keyof LayerKeys, 'layers'>;
  /** The layers that read the key. */
  readonly readBy: readonly Layer[];
  /** Whether such a layer cannot do without it. */
  readonly needed: boolean;
  readonly example: string;
}

const optional = (readBy: readonly Layer[], keys: readonly Rule['key'][]): readonly Rule[] =>
  keys.map((key) => ({ key, readBy, needed: false, example: '' }));

/** Which layers read which key, and which cannot do without one. */
export const layerRules: readonly Rule[] = [
  { key: 'namespaces', readBy: ['platform'], needed: true, example: '[test, prod]' },
  ...optional(
    ['platform'],
    ['outsideNamespaces', 'podSecurity', 'istio', 'gatewayApi', 'datakit', 'datakitToken', 'access'],
  ),
  { key: 'namespace', readBy: ['application', 'release'], needed: true, example: 'prod' },
  // The release layer makes Deployments too, and a pod says for itself who scrapes it.
  ...optional(['release', 'application'], ['release', 'sidecarScraping', 'application']),
  ...optional(['release'], ['step', 'override']),
  ...optional(['application'], ['routePolicies', 'security', 'edgeNamespace', 'edge', 'loadtest']),
];

/**
 * Keys that a listed layer misses, and keys that no listed layer reads.
 *
 * The second kind is refused because it is a layer that was forgotten, or a line in the wrong stack's file: to ignore
 * it would be to do less than the config says.
 */
export function layerProblems(keys: LayerKeys, prefix: string): Problem[] {
  return layerRules.flatMap(({ key, readBy, needed, example }): Problem[] => {
    const readers = readBy.filter((layer) => keys.layers.includes(layer));
    const path = `${prefix}${key}`;
    if (keys[key] === undefined) {
      if (!needed || readers.length === 0) return [];
      return [
        {
          path,
          problem: `is missing, and layer ${readers[0]} needs it`,
          remedy: `add ${key}, such as ${example}`,
        },
      ];
    }
    if (readers.length > 0) return [];
    return [
      {
        path,
        problem: `is set, but no layer of this stack reads it`,
        remedy: `remove it, or add ${readBy.join(' or ')} to ${prefix}layers`,
      },
    ];
  });
}
