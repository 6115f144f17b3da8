import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';

/** What a rehearsal's kubeconfig holds. */
interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Seconds between two scrapes. */
const INTERVAL = 1;

/**
 * Scrapes the proxies of productpage's pods, which count what they send to every version. The way to a pod leads through
 * the API server, as for anybody who stands outside of the cluster's network.
 */
function configuration(kubeconfig: string, namespace: string): object {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const pod = '/api/v1/namespaces/$1/pods/$2:15020/proxy/stats/prometheus';
  return {
    global: { scrape_interval: `${INTERVAL}s`, scrape_timeout: `${INTERVAL}s` },
    scrape_configs: [
      {
        job_name: 'proxies',
        scheme: 'https',
        authorization: { credentials: user.token },
        tls_config: { ca: Buffer.from(cluster['certificate-authority-data'], 'base64').toString('utf8') },
        kubernetes_sd_configs: [
          { role: 'pod', kubeconfig_file: kubeconfig, namespaces: { names: [namespace] } },
        ],
        relabel_configs: [
          { source_labels: ['__meta_kubernetes_pod_label_app'], regex: 'productpage', action: 'keep' },
          // A pod is found once for each of its ports.
          {
            source_labels: ['__meta_kubernetes_namespace', '__meta_kubernetes_pod_name'],
            separator: '/',
            regex: '(.+)/(.+)',
            target_label: '__metrics_path__',
            replacement: pod,
          },
          { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
          { target_label: '__address__', replacement: new URL(cluster.server).host },
        ],
      },
    ],
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A Prometheus as the distribution packages it, which scrapes the proxies of a namespace. */
export class PrometheusServer {
  private constructor(
    readonly url: string,
    readonly end: () => Promise<void>,
  ) {}

  /** @throws Error with what it printed, where it does not get ready */
  static async start(kubeconfig: string, namespace: string): Promise<PrometheusServer> {
    const dir = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const config = join(dir, 'prometheus.yml');
    // The token is the rehearsal's and ends with it; nobody else may read it meanwhile.
    writeFileSync(config, stringify(configuration(kubeconfig, namespace)), { mode: 0o600 });
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
