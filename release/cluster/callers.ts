import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayPods } from '../../components/routing/pure';
import type { ClusterApi } from './api';
import { readPods } from './workloads';

export interface Callers {
  readonly api: ClusterApi;
  readonly namespace: string;
  /** The services whose sidecars call the one under release: values of their pods' `app` label. */
  readonly services: readonly string[];
  /** The pods by which requests come in from outside, where the service is called from there. */
  readonly gateway?: GatewayPods;
}

/**
 * Ports of an Istio sidecar: Envoy's admin, which is bound to the pod's loopback so that a port-forward is the way to it, and its
 * statistics, which are open.
 */
export const sidecarPorts = { admin: 15000, statistics: 15090 } as const;

/** The pod, and what is asked of its proxy. */
const asked = /\/namespaces\/([a-z0-9-]+)\/pods\/([a-z0-9.-]+):\d+\/proxy(\/.*)$/;

const prefixOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods/`;

/**
 * The addresses of a port of the callers' sidecars, through the API server: `http://127.0.0.1:<port>/…`.
 *
 * What a gate reads are plain addresses, and the API server asks for credentials; so requests go through a listener on
 * this machine's loopback that adds them, as `kubectl proxy` does. It passes on nothing but GET of routes and statistics
 * to those pods' port, and ends with this process.
 */
export function callerAdmins(
  { api, namespace, services, gateway }: Callers,
  port: (typeof sidecarPorts)[keyof typeof sidecarPorts] = sidecarPorts.admin,
): (signal?: AbortSignal) => Promise<readonly string[]> {
  let server: Promise<string> | undefined;
  const places = [
    ...services.map((app) => ({ namespace, labels: { app } })),
    ...(gateway === undefined ? [] : [gateway]),
  ];
  const prefixes = [...new Set(places.map((place) => prefixOf(place.namespace)))].join('|');
  const open = () =>
    (server ??= listen(
      async (path) => {
        if (port === sidecarPorts.statistics) return api.pass(path);
        const [, place = '', pod = '', inside = ''] = asked.exec(path) ?? [];
        return api.enter({ namespace: place, pod, port }, inside);
      },
      new RegExp(`^(${prefixes})[a-z0-9.-]+:${port}/proxy/(config_dump|stats(/prometheus)?)(\\?|$)`),
    ));
  return async (signal) => {
    const pods = await Promise.all(
      places.map(async (place) => {
        const found = await readPods(api, place.namespace, place.labels, signal);
        return found
          .filter(({ status }) => status?.phase === 'Running')
          .map(({ metadata }) => `${prefixOf(place.namespace)}${metadata.name}`);
      }),
    );
    const running = pods.flat();
    if (running.length === 0) return [];
    const base = await open();
    return running.map((pod) => `${base}${pod}:${port}/proxy`);
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
