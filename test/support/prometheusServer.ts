import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
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
        static_configs: pods.map((pod) => ({
          targets: [new URL(cluster.server).host],
          labels: {
            namespace,
            pod,
            __metrics_path__: `/api/v1/namespaces/${namespace}/pods/${pod}:15020/proxy/stats/prometheus`,
          },
        })),
      },
    ],
  };
}

/** Whoever answers queries of Prometheus. */
export interface Queried {
  readonly url: string;
  readonly end: () => Promise<void>;
}

/**
 * Two that scrape the same, each at moments of its own, behind one address that asks them in turn: a highly available pair
 * without anything that removes duplicates or keeps a caller at one of them.
 */
export async function prometheusPair(start: () => Promise<PrometheusServer>): Promise<Queried> {
  const both = await Promise.all([start(), start()]);
  let asked = 0;
  const front = createServer((request, response) => {
    const to = new URL(request.url ?? '/', both[asked++ % both.length]!.url);
    const { method, headers } = request;
    const onwards = httpRequest(to, { method, headers: { ...headers, host: to.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    end: async () => {
      front.close();
      front.closeAllConnections();
      await Promise.all(both.map((one) => one.end()));
    },
  };
}

/** A Prometheus as the distribution packages it, which scrapes the proxies of some pods. */
export class PrometheusServer implements Queried {
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
