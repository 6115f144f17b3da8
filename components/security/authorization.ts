import type { ServiceSpec } from '../application/pure';
import { grouped } from '../validation';
import { podLabels, type Caller } from './callers';
import { podPorts } from './podPorts';
import type { ResolvedSecurity } from './settings';

const apiVersion = 'security.istio.io/v1';

/**
 * Whether pods of the namespace take plain text.
 *
 * The ports of the sidecar itself (15020, 15021, 15090) never pass it: kubelet's probes, which the injector turns towards
 * 15020, and DataKit's scraping work under STRICT without an exception.
 */
export const peerAuthenticationManifest = (namespace: string, { mtls }: ResolvedSecurity) => ({
  apiVersion,
  kind: 'PeerAuthentication',
  metadata: { name: 'default', namespace },
  spec: { mtls: { mode: mtls } },
});

/** A policy that allows and has no rule: whoever no other policy lets in is refused. */
export const allowNothingManifest = (namespace: string) => ({
  apiVersion,
  kind: 'AuthorizationPolicy',
  metadata: { name: 'allow-nothing', namespace },
  spec: {},
});

/** How the mesh spells a service account. */
const principal = ({ namespace, account }: Caller, trustDomain: string): string =>
  `${trustDomain}/ns/${namespace}/sa/${account}`;

/** Callers with the same methods share a rule. */
const byMethods = (callers: readonly Caller[]): readonly (readonly Caller[])[] => [
  ...grouped(callers, ({ methods }) => [...methods].sort().join()).values(),
];

/**
 * Lets the callers of a service in: each by the account in its certificate, with its methods, on the service's port.
 * Undefined where nobody calls it, which `allow-nothing` says already.
 */
export function allowCallersManifest(
  spec: ServiceSpec,
  callers: readonly Caller[],
  namespace: string,
  { trustDomain }: ResolvedSecurity,
) {
  if (callers.length === 0) return undefined;
  const { name } = spec;
  const ports = podPorts(spec).map(String);
  return {
    apiVersion,
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace, labels: podLabels(name) },
    spec: {
      selector: { matchLabels: podLabels(name) },
      action: 'ALLOW',
      rules: byMethods(callers).map((group) => ({
        from: [{ source: { principals: group.map((caller) => principal(caller, trustDomain)) } }],
        to: [{ operation: { methods: [...group[0]!.methods], ...(ports.length === 0 ? {} : { ports }) } }],
      })),
    },
  };
}
