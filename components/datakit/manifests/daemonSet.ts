import type { ResolvedSettings } from '../resolve';
import { configChecksum } from './config';
import { labels, names, ports } from './names';
import { probes } from './probes';
import { variables } from './variables';
import { volumeMounts, volumes } from './volumes';

function container(settings: ResolvedSettings) {
  return {
    name: names.datakit,
    image: settings.image,
    imagePullPolicy: 'IfNotPresent',
    workingDir: '/usr/local/datakit',
    env: variables(settings),
    // Open on the address of every node: whoever reaches it can send data. Limit it where the nodes' firewall is.
    ports: ports.map(({ name, port, protocol }) => ({
      name,
      containerPort: port,
      hostPort: port,
      protocol,
    })),
    resources: { requests: { ...settings.requests }, limits: { ...settings.limits } },
    securityContext: { privileged: true },
    ...probes,
    volumeMounts: volumeMounts(settings),
  };
}

/** DataKit on every node, with the host's network, processes and files, as its own manifest has it. */
export function daemonSetManifest(settings: ResolvedSettings) {
  return {
    metadata: { name: names.datakit, namespace: settings.namespace, labels: { ...labels } },
    spec: {
      revisionHistoryLimit: 10,
      selector: { matchLabels: { ...labels } },
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: settings.maxUnavailable },
      },
      template: {
        metadata: {
          labels: { ...labels },
          annotations: {
            'checksum/config': configChecksum(settings),
            'datakit/token-generation': String(settings.tokenGeneration),
          },
        },
        spec: {
          serviceAccountName: names.datakit,
          hostNetwork: true,
          hostPID: true,
          hostIPC: true,
          // Names of Services have to resolve in the host's network too.
          dnsPolicy: 'ClusterFirstWithHostNet',
          tolerations: settings.tolerations.map((toleration) => ({ ...toleration })),
          containers: [container(settings)],
          volumes: volumes(),
        },
      },
    },
  };
}
