import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addresses } from '../platform/addresses';

const run = promisify(execFile);

/** The namespace of Istio's control plane and of the ingress gateway. */
export const istioNamespace = 'istio-system';

interface ChartRelease {
  readonly name: string;
  /** The chart's folder below Istio's charts. */
  readonly chart: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What is set where Istio runs as processes beside the cluster, on an Envoy without Istio's own extensions. */
const chartReleases: readonly ChartRelease[] = [
  {
    name: 'istio-base',
    chart: 'base',
    values: { 'base.validationURL': `https://${addresses.istiodWebhooks}/validate` },
  },
  {
    name: 'istiod',
    chart: 'istio-control/istio-discovery',
    values: {
      'base.validationURL': `https://${addresses.istiodWebhooks}/validate`,
      'istiodRemote.injectionURL': `https://${addresses.istiodWebhooks}/inject`,
      'global.hub': 'docker.io/istio',
      'global.tag': '1.29.0',
      // With istio-cni an injected pod needs no NET_ADMIN, so Pod Security `restricted` admits it.
      'pilot.cni.enabled': 'true',
      'global.proxy.seccompProfile.type': 'RuntimeDefault',
      // The stand-ins speak plain HTTP; certificates on the wire are not part of a rehearsal.
      'meshConfig.enableAutoMtls': 'false',
      // The default provider needs Istio's statistics extension, which an upstream Envoy refuses.
      'meshConfig.defaultProviders.metrics': 'null',
    },
  },
  {
    name: 'istio-ingressgateway',
    chart: 'gateway',
    values: { 'service.type': 'NodePort' },
  },
];

export interface ApplyChartsArgs {
  readonly tool: (name: string) => string;
  /** The folder with Istio's charts. */
  readonly charts: string;
  readonly kubeconfig: string;
  /** helm keeps caches in its home; this one ends with the rehearsal. */
  readonly stateDir: string;
}

async function render(args: ApplyChartsArgs, release: ChartRelease): Promise<string> {
  const sets = Object.entries(release.values).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { stdout } = await run(
    args.tool('helm'),
    ['template', release.name, join(args.charts, release.chart), '--namespace', istioNamespace, ...sets],
    {
      maxBuffer: 64 * 2 ** 20,
      env: {
        ...process.env,
        HELM_CACHE_HOME: args.stateDir,
        HELM_CONFIG_HOME: args.stateDir,
        HELM_DATA_HOME: args.stateDir,
      },
    },
  );
  return stdout;
}

/** Server-side apply of manifests with kubectl. */
export function kubectlApply(kubectl: string, kubeconfig: string, manifests: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      kubectl,
      ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--force-conflicts', '-f', '-'],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`kubectl apply ended with ${code}:\n${errors.trim()}`)),
    );
    child.stdin.end(manifests);
  });
}

/** Renders Istio's charts and applies them: the custom resource definitions first, in one pass each. */
export async function applyCharts(args: ApplyChartsArgs): Promise<void> {
  const namespace = `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${istioNamespace}}\n`;
  const [base, ...others] = await Promise.all(chartReleases.map((release) => render(args, release)));
  const apply = (manifests: string) => kubectlApply(args.tool('kubectl'), args.kubeconfig, manifests);
  await apply([namespace, base].join('\n---\n'));
  await apply(others.join('\n---\n'));
}
