import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node';
import { addresses, istiodPorts } from '../platform/addresses';
import type { Supervisor } from '../platform/supervisor';
import type { SidecarKind } from '../sidecar';
import type { PodProcess, PodView } from '../workloads';
import { close, serve } from '../workloads/listening';
import type { XdsAddress } from './envoy-bootstrap';
import { installMetricsFilter } from './metrics-filter';

export interface IstiodArgs {
  /** The path of istiod's executable, `pilot-discovery`. */
  readonly executable: string;
  /** The way to the API server inside the rehearsal. */
  readonly kubeConfig: KubeConfig;
  readonly sidecars: SidecarKind;
  readonly stateDir: string;
  readonly supervisor: Supervisor;
  /** Called with what goes wrong beside the start of a process. */
  readonly onError: (error: Error) => void;
}

/** How long istiod's own credential is good for, seconds: longer than any rehearsal. */
const tokenSeconds = 7 * 24 * 3600;

const revisionOf = (pod: PodView): string =>
  pod.containers.find(({ name }) => name === 'discovery')?.env['REVISION'] ?? 'default';

/** The revision whose istiod configures the Envoy of a pod: what the injector wrote down when it put the proxy in. */
const injectedBy = (pod: PodView): string => pod.labels['istio.io/rev'] ?? 'default';

/** One revision's istiod: a process beside the cluster, which runs as long as there is a pod that it plays. */
interface Revision {
  readonly name: string;
  /** All of istiod's ports are the same in every revision, so each has a loopback address of its own. */
  readonly host: string;
  readonly hostForPods: string;
  readonly pods: Set<string>;
  started?: Promise<void>;
}

/**
 * The istiods of a rehearsal. Their Deployments are the charts' own; the process behind a revision's pods is the real
 * istiod, with the rights of its own service account and the environment that the chart gives its container.
 */
export class Istiods {
  private readonly revisions = new Map<string, Revision>();

  constructor(private readonly args: IstiodArgs) {}

  /** @returns undefined for a pod that is no istiod */
  processOf(pod: PodView): PodProcess | undefined {
    if (pod.service !== 'istiod') return undefined;
    const revision = this.revision(revisionOf(pod));
    let servers: Server[] = [];
    return {
      start: async () => {
        revision.pods.add(pod.uid);
        revision.started ??= this.start(revision, pod);
        await revision.started;
        installMetricsFilter(this.args.kubeConfig, pod.namespace).catch(this.args.onError);
        // Its probes ask the pod's address, and so does whoever scrapes what its Service leads to.
        const passedOn = [
          [istiodPorts.probes, istiodPorts.http],
          [istiodPorts.monitoring, istiodPorts.monitoring],
        ] as const;
        servers = await Promise.all(
          passedOn.map(([port, to]) =>
            serve(pod.podIP, port, (request, response) => {
              fetch(`http://${revision.host}:${to}${request.url ?? '/'}`).then(
                async (answer) =>
                  response
                    .writeHead(answer.status, {
                      'content-type': answer.headers.get('content-type') ?? 'text/plain',
                    })
                    .end(await answer.text()),
                (error: Error) => response.writeHead(503).end(error.message),
              );
            }),
          ),
        );
      },
      stop: async () => {
        await Promise.all(servers.map((server) => close(server, 200)));
        revision.pods.delete(pod.uid);
        // A rollout has two pods for a while: the process is the same, and ends with the last of them.
        if (revision.pods.size > 0 || revision.started === undefined) return;
        revision.started = undefined;
        await this.args.supervisor.end(partName(revision));
      },
    };
  }

  /** The address at which a pod reaches its istiod's port 15012, from a network namespace of its own. */
  secure(pod: PodView): string {
    return this.revision(injectedBy(pod)).hostForPods;
  }

  /** Where the Envoy of a pod gets its configuration without proving who it is. */
  xds(pod: PodView): XdsAddress {
    const { host } = this.revision(injectedBy(pod));
    return { host, port: istiodPorts.xds };
  }

  private revision(name: string): Revision {
    const known = this.revisions.get(name);
    if (known) return known;
    const { size } = this.revisions;
    const revision: Revision = {
      ...{ name, host: addresses.istiod(size), hostForPods: addresses.istiodForPods(size) },
      pods: new Set(),
    };
    this.revisions.set(name, revision);
    return revision;
  }

  private async start(revision: Revision, pod: PodView): Promise<void> {
    const { executable, supervisor } = this.args;
    const { host, hostForPods, name } = revision;
    const whole = this.args.sidecars === 'whole';
    const cwd = join(this.args.stateDir, partName(revision));
    mkdirSync(cwd, { recursive: true });
    const kubeconfig = join(cwd, 'kubeconfig');
    writeFileSync(kubeconfig, await this.ownKubeconfig(pod), { mode: 0o600 });
    const validator = name === 'default' ? pod.namespace : `${name}-${pod.namespace}`;
    await supervisor.start({
      name: partName(revision),
      command: executable,
      cwd,
      args: [
        ...['discovery', '--kubeconfig', kubeconfig, '--ctrlz_port', '0'],
        ...['--secureGRPCAddr', whole ? `${hostForPods}:${istiodPorts.secureXds}` : ''],
        ...['--httpAddr', `${host}:${istiodPorts.http}`, '--grpcAddr', `${host}:${istiodPorts.xds}`],
        ...['--httpsAddr', `${host}:${istiodPorts.webhooks}`],
        ...['--monitoringAddr', `${host}:${istiodPorts.monitoring}`],
      ],
      env: {
        ...process.env,
        ...pod.containers.find((container) => container.name === 'discovery')?.env,
        POD_NAME: pod.name,
        POD_NAMESPACE: pod.namespace,
        SERVICE_ACCOUNT: pod.serviceAccount ?? '',
        // The revision whose webhooks istiod patches with its certificate and turns to "fail".
        REVISION: name,
        VALIDATION_WEBHOOK_CONFIG_NAME: `istio-validator-${validator}`,
        ISTIOD_CUSTOM_HOST: host,
        // Played sidecars have no certificate to say by who they are.
        PILOT_ENABLE_XDS_IDENTITY_CHECK: String(whole),
        // An upstream Envoy lacks these two filters of Istio's own build and would refuse every listener that has them.
        PILOT_ENABLE_METADATA_EXCHANGE: 'false',
        PILOT_ENABLE_ALPN_FILTER: 'false',
      },
      ready: async () => (await fetch(`http://${host}:${istiodPorts.http}/ready`)).ok,
    });
  }

  /** A kubeconfig of istiod's own service account: what the chart's roles leave out fails here as in any cluster. */
  private async ownKubeconfig({ namespace, serviceAccount = 'default' }: PodView): Promise<string> {
    const { kubeConfig } = this.args;
    const { status } = await kubeConfig.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
      name: serviceAccount,
      namespace,
      body: { spec: { audiences: [], expirationSeconds: tokenSeconds } },
    });
    const config = JSON.parse(kubeConfig.exportConfig()) as { users: { user: Record<string, unknown> }[] };
    for (const entry of config.users) entry.user = { token: status?.token };
    return JSON.stringify(config);
  }
}

const partName = ({ name }: Revision): string => (name === 'default' ? 'istiod' : `istiod-${name}`);
