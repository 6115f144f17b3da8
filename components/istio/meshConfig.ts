import { envoyLogFormat } from '../datakit/pure';
import { namespaceOfHost } from './address';
import { ISTIO_NAMESPACE } from './names';
import type { ResolvedIstioSettings } from './resolve';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

/** What is set of the mesh configuration; everything else is Istio's default. */
export interface MeshConfig {
  readonly enableAutoMtls: boolean;
  readonly accessLogFile?: string;
  readonly accessLogEncoding?: 'JSON';
  readonly accessLogFormat?: string;
  /** An empty list takes the chart's own default, `prometheus`, away. */
  readonly defaultProviders?: { readonly metrics: readonly string[] };
  readonly extensionProviders?: readonly {
    readonly name: string;
    readonly zipkin: { readonly service: string; readonly port: number };
  }[];
  readonly defaultConfig: {
    readonly holdApplicationUntilProxyStarts: boolean;
    readonly tracing?: {
      readonly customTags: Readonly<Record<string, { readonly literal: { readonly value: string } }>>;
    };
  };
  readonly discoverySelectors?: readonly LabelSelector[];
}

/** Selectors that join: a namespace is looked at when one of them matches. */
function discoverySelectors(settings: ResolvedIstioSettings): readonly LabelSelector[] {
  const intake = namespaceOfHost(settings.tracingAddress.host);
  const named = [
    ISTIO_NAMESPACE,
    ...(intake === undefined ? [] : [intake]),
    ...settings.discoveredNamespaces,
  ];
  return [
    {
      matchExpressions: [
        { key: 'kubernetes.io/metadata.name', operator: 'In', values: [...new Set(named)].sort() },
      ],
    },
    { matchLabels: { 'istio-injection': 'enabled' } },
    { matchExpressions: [{ key: 'istio.io/rev', operator: 'Exists' }] },
  ];
}

/**
 * The mesh configuration.
 *
 * Tags stand in the proxies' default configuration and not in a Telemetry. Istio 1.31 (`configureCustomTags` of
 * pilot/pkg/networking/core/tracing.go) takes the tags of the Telemetry where it has any, and looks at those of the
 * proxy's configuration only where it has none: one tag in the mesh's Telemetry would wipe out the `version` that each pod
 * says in its annotation `proxy.istio.io/config`. And the annotation's `tracing` replaces the one here as a whole
 * (`MergeProxyConfig` of pkg/config/mesh/mesh.go), so a pod that says its version has to say env and project too.
 */
export function meshConfig(settings: ResolvedIstioSettings): MeshConfig {
  const { tracing, tracingAddress } = settings;
  const tags = Object.entries(tracing?.tags ?? {});
  return {
    enableAutoMtls: settings.autoMtls,
    ...(settings.accessLog
      ? {
          accessLogFile: '/dev/stdout',
          accessLogEncoding: 'JSON',
          accessLogFormat: JSON.stringify(envoyLogFormat),
        }
      : {}),
    ...(settings.metrics ? {} : { defaultProviders: { metrics: [] } }),
    ...(tracing === undefined
      ? {}
      : {
          extensionProviders: [
            { name: tracing.provider, zipkin: { service: tracingAddress.host, port: tracingAddress.port } },
          ],
        }),
    defaultConfig: {
      holdApplicationUntilProxyStarts: settings.sidecar.holdApplication,
      ...(tags.length === 0
        ? {}
        : {
            tracing: {
              customTags: Object.fromEntries(tags.map(([tag, value]) => [tag, { literal: { value } }])),
            },
          }),
    },
    ...(settings.discovery === 'cluster' ? {} : { discoverySelectors: discoverySelectors(settings) }),
  };
}
