import type { ResolvedSettings } from '../resolve';
import { labels, names, ports } from './names';

/** The Service by which pods reach DataKit: intake of spans, RUM and profiles, StatsD, OpenTelemetry, forwarded logs. */
export const serviceManifest = ({ namespace }: ResolvedSettings) => ({
  metadata: { name: names.service, namespace, labels: { ...labels } },
  spec: {
    selector: { ...labels },
    ports: ports.map(({ name, port, protocol, ...more }) => ({
      name: `svc-${name}`,
      port,
      targetPort: name,
      protocol,
      ...more,
    })),
  },
});
