import { kindsOf, roadKinds } from '../routing/pure';
import type { ResolvedAccess } from './settings';

/** A rule of a role. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rule = (group: string, resources: readonly string[], verbs: readonly string[]): RoleRule => ({
  apiGroups: [group],
  resources,
  verbs,
});

const read = ['get', 'list', 'watch'];
/** Server-side apply asks for `patch`, and for `create` where the object is not there yet, in a dry run as well. */
const dryRun = [...read, 'patch', 'create'];
const change = [...read, 'create', 'patch', 'delete'];

/** The objects of routes, and more of the same API groups, a rule for each group. */
function routingRules(
  routing: ResolvedAccess['routing'],
  verbs: readonly string[],
  more: Readonly<Record<string, readonly string[]>> = {},
): readonly RoleRule[] {
  const kinds = kindsOf(routing);
  const groups = [...new Set(kinds.map(({ apiVersion }) => groupOf(apiVersion)))];
  return groups.map((group) => {
    const own = kinds.filter(({ apiVersion }) => groupOf(apiVersion) === group).map(({ plural }) => plural);
    return rule(group, [...new Set([...own, ...(more[group] ?? [])])], verbs);
  });
}

const groupOf = (apiVersion: string): string => apiVersion.split('/').at(-2) ?? '';

/** To look at every kind that may lead requests to a service by another road than the release's own. */
const roadRules = (): readonly RoleRule[] =>
  [...new Set(roadKinds.map(({ apiVersion }) => groupOf(apiVersion)))].map((group) => {
    const own = roadKinds.filter(({ apiVersion }) => groupOf(apiVersion) === group);
    return rule(group, [...new Set(own.map(({ plural }) => plural))], ['get', 'list']);
  });

/**
 * What a preview of an application and its release asks for: its objects, whose changes it has the API server try. Secrets
 * are not among them, and neither is anything that runs a program or speaks for somebody else.
 *
 * The verbs alone would let the account change these objects. That it can change nothing is the work of the admission
 * policy beside it (`dryRunOnlyPolicy`): roles know nothing of dry runs.
 */
export const previewRules = ({ routing }: Pick<ResolvedAccess, 'routing'>): readonly RoleRule[] => [
  rule('', ['services', 'serviceaccounts', 'configmaps'], dryRun),
  rule('apps', ['deployments'], dryRun),
  rule('batch', ['jobs'], dryRun),
  rule('networking.k8s.io', ['networkpolicies', 'ingresses'], dryRun),
  rule('policy', ['poddisruptionbudgets'], dryRun),
  ...routingRules(routing, dryRun, {
    'networking.istio.io': ['gateways', 'serviceentries'],
    'gateway.networking.k8s.io': ['gateways'],
  }).filter(({ apiGroups }) => !apiGroups.includes('')),
  rule('security.istio.io', ['authorizationpolicies', 'peerauthentications'], dryRun),
  rule('', ['pods', 'events'], read),
];

/** What a step asks for: the versions, the routes between them, the lock, and what the gate looks at. */
export const releaseRules = ({
  readProxies,
  routing,
}: Pick<ResolvedAccess, 'readProxies' | 'routing'>): readonly RoleRule[] => [
  rule('apps', ['deployments'], change),
  ...routingRules(routing, change),
  ...roadRules(),
  rule('coordination.k8s.io', ['leases'], ['get', 'create', 'patch', 'delete']),
  rule('', ['pods'], read),
  rule('', ['events'], ['list', 'watch']),
  // What the engine's Kubernetes provider looks at while it waits for a Deployment.
  rule('apps', ['replicasets'], read),
  rule('', ['persistentvolumeclaims'], read),
  // The statistics of proxies, and by a port-forward what they keep to themselves: a WebSocket's request is a GET, which newer
  // API servers ask the right to create for as well.
  ...(readProxies
    ? [rule('', ['pods/proxy'], ['get']), rule('', ['pods/portforward'], ['get', 'create'])]
    : []),
];
