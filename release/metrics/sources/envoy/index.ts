import { z } from 'zod';
import { address, word } from '../../fields';
import { sourceKind } from '../../kind';
import { type EnvoyOptions, envoySource } from './source';

const schema = z.strictObject({
  admins: z
    .array(address)
    .optional()
    .describe(
      "Addresses of the callers' proxies: port 15090 of a sidecar, or its admin port for the other formats. Default: those that the cluster tells.",
    ),
  format: word('istio', 'json', 'prometheus')
    .optional()
    .describe(
      "What is read: `istio` for Istio's own metrics, which stock sidecars serve; `json` and `prometheus` for Envoy's statistics of clusters, which have to be switched on (`proxyStatsMatcher`, `cluster.outbound`). Default `istio`.",
    ),
});

const formatOf = (text: string | undefined): EnvoyOptions['format'] =>
  text === 'json' || text === 'prometheus' ? text : 'istio';

/** The callers' proxies themselves. */
export const envoy = sourceKind({
  name: 'envoy',
  schema,
  examples: { admins: '["http://10.0.0.7:15090"]' },
  about:
    "The callers' proxies themselves, without any monitoring: each look asks every one of them, through the API server where no address is named.",
  example: {},
  secretNames: {},
  secrets: () => [],
  create: ({ admins, format }, { proxies, errors }) => {
    const read = formatOf(format);
    const listed = proxies?.(read === 'istio' ? 'statistics' : 'admin');
    return envoySource({ admins: admins ?? listed ?? [], format: read, errors });
  },
  languages: [],
  emptyHint:
    'send traffic; with format json or prometheus, add cluster.outbound to the inclusion prefixes of proxyStatsMatcher, and make the callers anew',
});
