import type { Server } from 'node:http';
import type { PodProcess } from './behaviours';
import { close, serve } from './listening';
import type { PodView } from './pods';
import { probePort } from './probes';

/** The ports that a pod's HTTP probes ask. */
function probedPorts({ containers }: PodView): number[] {
  const ports = containers.flatMap((container) =>
    [container.readiness, container.startup].flatMap((probe) => {
      const asked = probe?.httpGet?.port;
      return asked === undefined ? [] : [probePort(asked, container) ?? []].flat();
    }),
  );
  return [...new Set(ports)];
}

/**
 * Answers a pod's probes and does nothing else: for what works on the node itself and has nothing to do in a rehearsal,
 * such as Istio's CNI plugin, where there are no containers whose traffic it could capture.
 */
export function probeResponder(pod: PodView): PodProcess {
  let servers: Server[] = [];
  return {
    async start() {
      servers = await Promise.all(
        probedPorts(pod).map((port) =>
          serve(pod.podIP, port, (_, response) => response.writeHead(200).end('ok')),
        ),
      );
    },
    async stop() {
      await Promise.all(servers.map((server) => close(server, 200)));
    },
  };
}
