import { isIP } from 'node:net';
import { ProblemsError, type Problem } from '../../validation';
import { ports } from './names';

/**
 * Who DataKit is for a NetworkPolicy: the nodes.
 *
 * DataKit's pods are in the host's network, so no policy in its own namespace takes hold of them, and in the policies of
 * others they can be named by address only. What is left open by that (port 9529 of every node, in plain text) is for the
 * nodes' firewall.
 */
export interface NodePolicyOptions {
  /** The namespace of the workloads. */
  readonly namespace: string;
  /** Address ranges of the nodes, e.g. `10.0.0.0/16`. */
  readonly nodeCidrs: readonly string[];
}

/** The ports of a pod that answer in plain text under STRICT mTLS: the agent's merged metrics, and Envoy's alone. */
export const scrapePorts = [15020, 15090];

function rangeProblems(cidrs: readonly string[]): Problem[] {
  if (cidrs.length === 0) {
    return [
      {
        path: 'nodeCidrs',
        problem: 'is empty, which would allow every address',
        remedy: 'name the range of the nodes',
      },
    ];
  }
  return cidrs.flatMap((cidr, index) => {
    const [address = '', bits = ''] = cidr.split('/');
    const most = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1;
    return /^\d{1,3}$/.test(bits) && Number(bits) <= most
      ? []
      : [
          {
            path: `nodeCidrs[${index}]`,
            problem: `is ${JSON.stringify(cidr)}, not a range of addresses`,
            remedy: 'write a range such as 10.0.0.0/16',
          },
        ];
  });
}

function peers({ nodeCidrs }: NodePolicyOptions) {
  const problems = rangeProblems(nodeCidrs);
  if (problems.length > 0) throw new ProblemsError('network policies for DataKit', problems);
  return nodeCidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

/** Lets DataKit scrape the sidecars of a namespace that is closed otherwise. */
export const scrapePolicyManifest = (options: NodePolicyOptions) => ({
  metadata: { name: 'allow-datakit-scraping', namespace: options.namespace },
  spec: {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [{ from: peers(options), ports: scrapePorts.map((port) => ({ port, protocol: 'TCP' })) }],
  },
});

/** Lets the pods of a namespace that is closed otherwise send to DataKit. */
export const intakePolicyManifest = (options: NodePolicyOptions) => ({
  metadata: { name: 'allow-datakit-intake', namespace: options.namespace },
  spec: {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: peers(options), ports: ports.map(({ port, protocol }) => ({ port, protocol })) }],
  },
});
