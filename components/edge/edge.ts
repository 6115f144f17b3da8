import * as pulumi from '@pulumi/pulumi';
import { Cdk8sChart } from '../cdk8s';
import { edgeChart } from './chart';
import { EDGE_NAME, ports } from './names';
import { resolveEdgeSettings } from './resolve';
import type { EdgeContext, EdgeSettings } from './settings';

export interface EdgeArgs {
  readonly settings: EdgeSettings;
  /** What browsers report unless the settings say something else. */
  readonly context: EdgeContext;
  /**
   * The namespace of its objects, which must be there. One outside of the mesh: where a sidecar is expected of every pod,
   * these would be the exception.
   */
  readonly namespace: pulumi.Input<string>;
}

/**
 * nginx in front of the ingress gateway, which starts the monitoring of browsers in productpage's pages. The application
 * knows nothing of it and no image is rebuilt.
 * @throws ProblemsError naming every setting that is unknown or out of range, before anything is declared
 */
export class Edge extends pulumi.ComponentResource {
  /** The address inside of the cluster. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: EdgeArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const settings = resolveEdgeSettings(args.settings, args.context);
    super('bookinfo:edge:Edge', name, {}, opts);
    new Cdk8sChart(
      name,
      { chart: edgeChart(settings), namespace: args.namespace },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.url = pulumi.interpolate`http://${EDGE_NAME}.${args.namespace}.svc.cluster.local:${ports.service}`;
    this.registerOutputs({ url: this.url });
  }
}
