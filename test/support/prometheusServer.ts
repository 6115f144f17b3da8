import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { freePort } from './freePort';

/** What a rehearsal's kubeconfig holds. */
interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Seconds between two scrapes. */
const INTERVAL = 1;

/** What a stack's config says of where its numbers are: the counters as they are called below. */
export const counters = {
  names: 'own',
  requests: 'proxy_requests',
  buckets: 'proxy_request_time_bucket',
  versionLabel: 'version',
  codeLabel: 'envoy_response_code',
  selector: { service: 'reviews' },
} as const;

/**
 * A plain Envoy's own counters under names that are the same for every host: it writes a part of the cluster's name into
 * that of the counter, where it cannot be asked for. A subset is a cluster of its own, `outbound|<port>|<subset>|<host>`.
 */
const renaming = [
  { source_labels: ['__name__'], regex: '.*__upstream_rq(_time_bucket)?', action: 'keep' },
  { source_labels: ['__name__'], target_label: 'counter' },
  { source_labels: ['__name__'], regex: '.*_rq', target_label: '__name__', replacement: counters.requests },
  {
    source_labels: ['__name__'],
    regex: '.*_bucket',
    target_label: '__name__',
    replacement: counters.buckets,
  },
  ...(['version', 'service'] as const).map((label, i) => ({
    source_labels: ['envoy_cluster_name'],
    regex: 'outbound[|][0-9]+[|]([^|]+)[|]([^.|]+)',
    target_label: label,
    replacement: `$${i + 1}`,
  })),
];

/**
 * Scrapes the proxies of some pods. The way to a pod leads through the API server, as for anybody who stands outside of
 * the cluster's network. The pods are listed: the distribution builds Prometheus without discovery in Kubernetes.
 */
function configuration(dir: string, kubeconfig: string, namespace: string, pods: readonly string[]): object {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const authority = join(dir, 'ca.pem');
  writeFileSync(authority, Buffer.from(cluster['certificate-authority-data'], 'base64'));
  return {
    global: { scrape_interval: `${INTERVAL}s`, scrape_timeout: `${INTERVAL}s` },
    scrape_configs: [
      {
        job_name: 'proxies',
        scheme: 'https',
        authorization: { credentials: user.token },
        tls_config: { ca_file: authority },
        metric_relabel_configs: renaming,
        static_configs: pods.map((pod) => ({
          targets: [new URL(cluster.server).host],
          labels: {
            pod,
            __metrics_path__: `/api/v1/namespaces/${namespace}/pods/${pod}:15020/proxy/stats/prometheus`,
          },
        })),
      },
    ],
  };
}

/** A Prometheus as the distribution packages it, which scrapes the proxies of some pods. */
export class PrometheusServer {
  private constructor(
    readonly url: string,
    readonly end: () => Promise<void>,
  ) {}

  /** @throws Error with what it printed, where it does not get ready */
  static async start(
    kubeconfig: string,
    namespace: string,
    pods: readonly string[],
  ): Promise<PrometheusServer> {
    const dir = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const content = configuration(dir, kubeconfig, namespace, pods);
    return PrometheusServer.run(dir, content);
  }

  /** One that scrapes what its configuration says. */
  static async of(content: object): Promise<PrometheusServer> {
    return PrometheusServer.run(mkdtempSync(join(tmpdir(), 'prometheus-')), content);
  }

  private static async run(dir: string, content: object): Promise<PrometheusServer> {
    const config = join(dir, 'prometheus.yml');
    // A token in it is the rehearsal's and ends with it; nobody else may read it meanwhile.
    writeFileSync(config, stringify(content), { mode: 0o600 });
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4_000)));
    const gone = once(child, 'exit');
    const made = new PrometheusServer(`http://${address}`, async () => {
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    });
    const deadline = Date.now() + 30_000;
    while (child.exitCode === null && Date.now() < deadline) {
      const ready = await fetch(`${made.url}/-/ready`).catch(() => undefined);
      if (ready?.ok === true) return made;
      await sleep(100);
    }
    await made.end();
    throw new Error(`Prometheus did not get ready:\n${printed}`);
  }

  /** The value of a query that has one. */
  async value(query: string): Promise<number | undefined> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as {
      data: { result: readonly { readonly value: readonly [number, string] }[] };
    };
    const text = data.result[0]?.value[1];
    return text === undefined ? undefined : Number(text);
  }
}
