import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import type { Manifest } from '../application/pure';
import { Cdk8sChart, type KubernetesObject } from '../cdk8s';

export interface ManifestsArgs {
  /** The objects, each once. */
  readonly objects: readonly Manifest[];
  /** The namespace of namespaced objects that name none. */
  readonly namespace: string;
  /** Cluster-scoped kinds as `group/Kind`, beside Kubernetes' own and those whose definition is among the objects. */
  readonly clusterScoped?: readonly string[];
}

/** What pods refuse to start without, or start wrongly without. */
const REQUIRED_BY_PODS = [
  'Namespace',
  'CustomResourceDefinition',
  'ServiceAccount',
  'ConfigMap',
  'Secret',
  'PriorityClass',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
];

/** What others put their own things into: it stays when the stack goes. */
const KEPT = ['Namespace', 'CustomResourceDefinition'];

/**
 * Objects of a user's own manifests, each declared as it is: in the preview, before the policies, under the type that the
 * Kubernetes provider knows.
 */
export class Manifests extends pulumi.ComponentResource {
  /** Those that have to be there before pods: accounts, configs, rights. */
  readonly requirements: readonly KubernetesObject[];

  constructor(name: string, args: ManifestsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:manifests:Manifests', name, {}, opts);
    const chart = new Chart(new App(), name);
    for (const [index, object] of args.objects.entries()) new ApiObject(chart, String(index), object);
    const { objects } = new Cdk8sChart(
      name,
      {
        chart,
        namespace: args.namespace,
        clusterScoped: args.clusterScoped,
        resourceOptions: ({ manifest }) => (KEPT.includes(manifest.kind) ? { retainOnDelete: true } : {}),
      },
      { parent: this },
    );
    this.requirements = [...objects.entries()].flatMap(([declared, resource]) =>
      REQUIRED_BY_PODS.includes(declared.split('/')[0]!) ? [resource] : [],
    );
    this.registerOutputs();
  }
}
