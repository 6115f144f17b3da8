import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addresses } from '../platform/addresses';
import type { Supervisor } from '../platform/supervisor';
import { istioNamespace } from './charts';

export interface IstiodArgs {
  readonly tool: (name: string) => string;
  readonly kubeconfig: string;
  readonly stateDir: string;
  readonly supervisor: Supervisor;
}

/** istiod beside the cluster: it reads the mesh configuration from the chart's ConfigMap and serves the chart's webhooks. */
export async function startIstiod({ kubeconfig, stateDir, supervisor, tool }: IstiodArgs): Promise<void> {
  const cwd = join(stateDir, 'istiod');
  mkdirSync(cwd, { recursive: true });
  await supervisor.start({
    name: 'istiod',
    command: tool('pilot-discovery'),
    cwd,
    args: [
      ...['discovery', '--kubeconfig', kubeconfig],
      ...['--httpAddr', addresses.istiodHttp, '--grpcAddr', addresses.istiodXds, '--secureGRPCAddr', ''],
      ...[
        '--httpsAddr',
        addresses.istiodWebhooks,
        '--monitoringAddr',
        addresses.istiodMonitoring,
        '--ctrlz_port',
        '0',
      ],
    ],
    env: {
      ...process.env,
      POD_NAME: 'istiod-rehearsal',
      POD_NAMESPACE: istioNamespace,
      // The revision whose webhooks istiod patches with its certificate and turns to "fail".
      REVISION: 'default',
      VALIDATION_WEBHOOK_CONFIG_NAME: `istio-validator-${istioNamespace}`,
      ISTIOD_CUSTOM_HOST: addresses.istiodHost,
      PILOT_ENABLE_XDS_IDENTITY_CHECK: 'false',
      // An upstream Envoy lacks these two filters of Istio's own build and would refuse every listener that has them.
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
      PILOT_ENABLE_ALPN_FILTER: 'false',
    },
    ready: async () => (await fetch(`http://${addresses.istiodHttp}/ready`)).ok,
  });
}
