import { CNI_NAMESPACE, EGRESS_GATEWAY, INGRESS_GATEWAY, ISTIO_NAMESPACE } from './names';
import type { ResolvedIstioSettings } from './resolve';
import { DEFAULT_REVISION } from './settings';
import { baseValues, cniValues, gatewayValues, istiodValues, type ChartValues } from './values';

/** Istio's charts by the names they have in its repository. */
export type ChartName = 'base' | 'istiod' | 'cni' | 'gateway';

/** One chart to render. */
export interface ChartRelease {
  /** The release's name, which is part of labels and, for a gateway, the name of its objects. */
  readonly name: string;
  readonly chart: ChartName;
  readonly version: string;
  /** The folder to take the chart from; undefined for the repository. */
  readonly charts: string | undefined;
  readonly namespace: string;
  readonly values: ChartValues;
}

/** Every chart of an installation. */
export interface ChartReleases {
  readonly base: ChartRelease;
  readonly istiod: readonly ChartRelease[];
  readonly cni: ChartRelease | undefined;
  readonly gateways: readonly ChartRelease[];
}

/**
 * The charts with their values. Definitions and node plugin serve every control plane, so they have the version of the
 * installation; a gateway has that of the revision it belongs to.
 */
export function chartReleases(settings: ResolvedIstioSettings): ChartReleases {
  const { active, charts, version } = settings;
  const shared = { version, charts };
  const gateway = (name: string, values: ChartValues): ChartRelease => ({
    name,
    chart: 'gateway',
    version: active.version,
    charts: active.charts,
    namespace: ISTIO_NAMESPACE,
    values,
  });
  return {
    base: {
      name: 'istio-base',
      chart: 'base',
      ...shared,
      namespace: ISTIO_NAMESPACE,
      values: baseValues(settings),
    },
    istiod: settings.revisions.map((revision) => ({
      name: revision.name === DEFAULT_REVISION ? 'istiod' : `istiod-${revision.name}`,
      chart: 'istiod',
      version: revision.version,
      charts: revision.charts,
      namespace: ISTIO_NAMESPACE,
      values: istiodValues(settings, revision),
    })),
    cni:
      settings.cni === undefined
        ? undefined
        : {
            name: 'istio-cni',
            chart: 'cni',
            ...shared,
            namespace: CNI_NAMESPACE,
            values: cniValues(settings),
          },
    gateways: [
      ...(settings.gateway === undefined
        ? []
        : [gateway(INGRESS_GATEWAY, gatewayValues(settings, settings.gateway))]),
      ...(settings.egressGateway === undefined
        ? []
        : [gateway(EGRESS_GATEWAY, gatewayValues(settings, settings.egressGateway))]),
    ],
  };
}
