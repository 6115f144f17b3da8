import * as pulumi from '@pulumi/pulumi';
import { App, type Chart } from 'cdk8s';
import { Cdk8sChart, type KubernetesObject, type Manifest } from '../cdk8s';
import { ProblemsError } from '../validation';
import { helmRenderer, type Renderer } from './helm';
import { declareMesh } from './mesh';
import { EGRESS_GATEWAY, INGRESS_GATEWAY, ISTIO_NAMESPACE, CNI_NAMESPACE } from './names';
import { resolveIstioSettings } from './resolve';
import type { IstioSettings } from './settings';

export interface IstioArgs {
  readonly settings: IstioSettings;
  /** Where the settings stand, for messages. Default `istio`. */
  readonly path?: string;
  /**
   * The Service that takes the spans, where the same stack declares it: the mesh is not told to trace before it is there.
   * Nothing else waits for it.
   */
  readonly tracingIntake?: pulumi.Input<pulumi.Resource>;
  /** How charts become objects. Default: by helm. */
  readonly renderer?: Renderer;
}

/** A gateway's objects. */
export interface DeclaredGateway {
  readonly deployment: KubernetesObject;
  readonly service: KubernetesObject;
}

/** istiod writes its certificate into the webhooks; the charts leave the field out, and so does the program for ever. */
const WRITTEN_BY_ISTIOD = ['webhooks[*].clientConfig.caBundle'];

/**
 * The charts let requests through that nobody could check, until istiod turns that round itself. Here it is that way from
 * the start: istiod has nothing to change, and no configuration gets past it unchecked.
 */
const failClosed = (manifest: Manifest): Manifest => {
  if (manifest.kind !== 'ValidatingWebhookConfiguration') return manifest;
  const webhooks = (manifest['webhooks'] ?? []) as readonly object[];
  return { ...manifest, webhooks: webhooks.map((webhook) => ({ ...webhook, failurePolicy: 'Fail' })) };
};

/**
 * Istio by its own charts: definitions, control planes, node plugin, gateways, and how the mesh traces.
 *
 * Definitions, rights, configuration and webhooks come first, then istiod, which by the time it is ready has written its
 * certificate into the webhooks, then what they look at: gateways, whose pods are injected, and configuration.
 * @throws RunError naming every setting, folder or program that is wrong or missing, before anything is declared
 */
export class Istio extends pulumi.ComponentResource {
  readonly namespace: KubernetesObject;
  /** The Deployments of the control planes, in the order of the revisions. */
  readonly istiod: readonly KubernetesObject[];
  /** The node plugin's DaemonSet; undefined where it is left out. */
  readonly cni: KubernetesObject | undefined;
  readonly gateway: DeclaredGateway | undefined;
  readonly egressGateway: DeclaredGateway | undefined;
  /** How the mesh traces; undefined where it does not. */
  readonly telemetry: KubernetesObject | undefined;
  /** What has to be there before a pod is injected or a piece of Istio's configuration is applied. */
  readonly ready: readonly KubernetesObject[];

  constructor(name: string, args: IstioArgs, opts?: pulumi.ComponentResourceOptions) {
    const chart = planned(args);
    super('bookinfo:istio:Istio', name, {}, opts);
    const { objects } = new Cdk8sChart(
      name,
      {
        chart,
        transformations: [failClosed],
        resourceOptions: ({ manifest }) => optionsOf(manifest, args),
      },
      // A component's own dependsOn is not handed down to its children by the SDK.
      { parent: this, dependsOn: opts?.dependsOn },
    );
    const all = (prefix: string) =>
      [...objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
    const gateway = (id: string): DeclaredGateway | undefined => {
      const deployment = objects.get(`Deployment/${ISTIO_NAMESPACE}/${id}`);
      const service = objects.get(`Service/${ISTIO_NAMESPACE}/${id}`);
      return deployment && service && { deployment, service };
    };
    this.namespace = objects.get(`Namespace/${ISTIO_NAMESPACE}`)!;
    this.istiod = all(`Deployment/${ISTIO_NAMESPACE}/istiod`);
    this.cni = all(`DaemonSet/${CNI_NAMESPACE}/`)[0];
    this.gateway = gateway(INGRESS_GATEWAY);
    this.egressGateway = gateway(EGRESS_GATEWAY);
    this.telemetry = all('Telemetry/')[0];
    this.ready = [
      ...this.istiod,
      ...all(`Service/${ISTIO_NAMESPACE}/istiod`),
      ...(this.cni === undefined ? [] : [this.cni]),
    ];
    this.registerOutputs();
  }
}

function optionsOf({ kind }: Manifest, { tracingIntake }: IstioArgs): pulumi.CustomResourceOptions {
  if (kind.endsWith('WebhookConfiguration')) return { ignoreChanges: WRITTEN_BY_ISTIOD };
  return kind === 'Telemetry' && tracingIntake !== undefined ? { dependsOn: [tracingIntake] } : {};
}

function planned({ settings, path = 'istio', renderer = helmRenderer }: IstioArgs): Chart {
  try {
    return declareMesh(new App(), resolveIstioSettings(settings, path), renderer, path);
  } catch (error) {
    // Of a program's errors, the engine prints only these without a stack trace.
    throw error instanceof ProblemsError ? new pulumi.RunError(error.message) : error;
  }
}
