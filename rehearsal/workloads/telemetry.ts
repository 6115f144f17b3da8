import { parse } from 'yaml';
import type { CustomTags } from './proxy-config';

/** An Istio Telemetry object, as far as tracing goes. */
export interface TelemetryObject {
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly tracing?: readonly TracingRule[];
  };
}

interface TracingRule {
  readonly match?: { readonly mode?: string };
  readonly providers?: readonly { readonly name?: string }[];
  readonly disableSpanReporting?: boolean;
  readonly customTags?: CustomTags;
  readonly enableIstioTags?: boolean;
}

/** What Istio's mesh configuration says about tracing. */
export interface MeshTracingConfig {
  readonly rootNamespace: string;
  /** The provider that is used where no Telemetry names one. */
  readonly defaultProvider?: string;
  /** The Zipkin providers by name. */
  readonly providers: ReadonlyMap<string, ZipkinProvider>;
}

export interface ZipkinProvider {
  readonly service: string;
  readonly port: number;
  readonly path: string;
}

interface MeshConfig {
  readonly rootNamespace?: string;
  readonly defaultProviders?: { readonly tracing?: readonly string[] };
  readonly extensionProviders?: readonly {
    readonly name?: string;
    readonly zipkin?: { readonly service?: string; readonly port?: number; readonly path?: string };
  }[];
}

/** Reads the key `mesh` of istiod's ConfigMap. */
export function meshTracing(mesh: string): MeshTracingConfig {
  const config = (parse(mesh) ?? {}) as MeshConfig;
  const providers = new Map<string, ZipkinProvider>();
  for (const { name, zipkin } of config.extensionProviders ?? []) {
    if (!name || !zipkin?.service || !zipkin.port) continue;
    // A provider may be prefixed with the namespace of the Service for Istio's own look-up.
    const service = zipkin.service.split('/').at(-1) ?? zipkin.service;
    providers.set(name, { service, port: zipkin.port, path: zipkin.path || '/api/v2/spans' });
  }
  return {
    rootNamespace: config.rootNamespace ?? 'istio-system',
    defaultProvider: config.defaultProviders?.tracing?.[0],
    providers,
  };
}

/** How the inbound side of one pod's proxy traces. */
export interface InboundTracing {
  readonly provider: ZipkinProvider;
  /** Tags that Telemetry asks for. Where there are any, Istio leaves out those of the pod's ProxyConfig. */
  readonly customTags: CustomTags;
  readonly istioTags: boolean;
}

const matches = (
  wanted: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean => Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** The rules that hold for a pod's inbound side, weakest first: of the mesh, of the namespace, of the workload. */
function rulesFor(
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  telemetries: readonly TelemetryObject[],
  rootNamespace: string,
): readonly TracingRule[] {
  const at = (namespace: string, selected: boolean) =>
    telemetries
      .filter(({ metadata, spec }) => {
        const labels = spec?.selector?.matchLabels;
        if (metadata?.namespace !== namespace || (labels !== undefined) !== selected) return false;
        return labels === undefined || matches(labels, pod.labels);
      })
      .flatMap(({ spec }) => spec?.tracing ?? [])
      .filter(({ match }) => match?.mode !== 'CLIENT');
  return [
    ...at(rootNamespace, false),
    ...(pod.namespace === rootNamespace ? [] : at(pod.namespace, false)),
    ...at(pod.namespace, true),
  ];
}

/** @returns undefined where the pod's inbound side sends no spans */
export function inboundTracing(
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  mesh: MeshTracingConfig,
  telemetries: readonly TelemetryObject[],
): InboundTracing | undefined {
  let name = mesh.defaultProvider;
  let disabled = false;
  let customTags: CustomTags = {};
  let istioTags = true;
  for (const rule of rulesFor(pod, telemetries, mesh.rootNamespace)) {
    name = rule.providers?.[0]?.name ?? name;
    disabled = rule.disableSpanReporting ?? disabled;
    customTags = rule.customTags ?? customTags;
    istioTags = rule.enableIstioTags ?? istioTags;
  }
  const provider = name === undefined ? undefined : mesh.providers.get(name);
  return provider && !disabled ? { provider, customTags, istioTags } : undefined;
}
