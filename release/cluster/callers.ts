import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterApi } from './api';
import { readPods } from './workloads';

export interface Callers {
  readonly api: ClusterApi;
  readonly namespace: string;
  /** The services whose sidecars call the one under release: values of their pods' `app` label. */
  readonly services: readonly string[];
}

/**
 * Ports of an Istio sidecar: Envoy's admin, which is bound to the pod's loopback so that a port-forward is the way to it, and its
 * statistics, which are open.
 */
export const sidecarPorts = { admin: 15000, statistics: 15090 } as const;

/** The pod, and what is asked of its proxy. */
const asked = /\/pods\/([a-z0-9.-]+):\d+\/proxy(\/.*)$/;

/**
 * The addresses of a port of the callers' sidecars, through the API server: `http://127.0.0.1:<port>/…`.
 *
 * What a gate reads are plain addresses, and the API server asks for credentials; so requests go through a listener on
 * this machine's loopback that adds them, as `kubectl proxy` does. It passes on nothing but GET of routes and statistics
 * to those pods' port, and ends with this process.
 */
export function callerAdmins(
  { api, namespace, services }: Callers,
  port: (typeof sidecarPorts)[keyof typeof sidecarPorts] = sidecarPorts.admin,
): (signal?: AbortSignal) => Promise<readonly string[]> {
  let server: Promise<string> | undefined;
  const prefix = `/api/v1/namespaces/${namespace}/pods/`;
  const open = () =>
    (server ??= listen(
      async (path) => {
        if (port === sidecarPorts.statistics) return api.pass(path);
        const [, pod = '', inside = ''] = asked.exec(path) ?? [];
        return api.enter({ namespace, pod, port }, inside);
      },
      new RegExp(`^${prefix}[a-z0-9.-]+:${port}/proxy/(config_dump|stats(/prometheus)?)(\\?|$)`),
    ));
  return async (signal) => {
    const pods = await Promise.all(services.map((app) => readPods(api, namespace, { app }, signal)));
    const running = pods.flat().filter(({ status }) => status?.phase === 'Running');
    if (running.length === 0) return [];
    const base = await open();
    return running.map(({ metadata }) => `${base}${prefix}${metadata.name}:${port}/proxy`);
  };
}

type Pass = (path: string) => Promise<{ readonly status: number; readonly text: string }>;

function listen(pass: Pass, allowed: RegExp): Promise<string> {
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    if (request.method !== 'GET' || !allowed.test(path)) {
      response.writeHead(403).end();
      return;
    }
    pass(path).then(
      ({ status, text }) => response.writeHead(status).end(text),
      (error: Error) => response.writeHead(502).end(error.message),
    );
  });
  // A command that is done must not be kept alive by it.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}
