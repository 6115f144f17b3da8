import { bookinfo, callGraph } from '../../components/application/pure';
import { checkTimeouts, type CallEdge, type PlacedPolicy } from '../../components/canary/pure';
import type { Problem } from '../../components/validation';
import { fieldPath, numberAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, type ClusterView } from '../model/view';
import { hostsOf, routesOf, serviceOf, takesAll, virtualServices, type Route } from '../view/routing';
import { workloadsIn } from '../view/workloads';

/** Splits a path of the checker into the object and the field; neither an id nor a field has one in it. */
const SEPARATOR = ' ';

function policyOf({ object, path, route }: Route): PlacedPolicy {
  const timeout = textAt(route, 'timeout');
  const attempts = numberAt(route, 'retries', 'attempts');
  const perTryTimeout = textAt(route, 'retries', 'perTryTimeout');
  return {
    path: `${object.id}${SEPARATOR}${fieldPath(...path)}`,
    policy: {
      ...(timeout === undefined || timeout === '0s' ? {} : { timeout }),
      ...(attempts === undefined || perTryTimeout === undefined
        ? {}
        : { retries: { attempts, perTryTimeout } }),
    },
  };
}

/** The versions that run in a namespace, by service. */
function running(view: ClusterView, namespace: string): Readonly<Record<string, readonly string[]>> {
  const versions: Record<string, string[]> = {};
  for (const { labels } of workloadsIn(view, namespace)) {
    const app = labels['app'] ?? labels['app.kubernetes.io/name'];
    const version = labels['version'] ?? labels['app.kubernetes.io/version'];
    if (app !== undefined && version !== undefined) (versions[app] ??= []).push(version);
  }
  return versions;
}

/** All that is wrong in the time-outs of a namespace, by the object it stands in. */
const problemsIn = index((view: ClusterView) => {
  const namespaces = new Map<string, ServiceRoutes[]>();
  for (const object of virtualServices(view)) {
    const routes = routesOf(object).filter(({ protocol }) => protocol === 'http');
    for (const host of hostsOf(object)) {
      const service = serviceOf(host);
      if (service === undefined) continue;
      const known = namespaces.get(service.namespace) ?? [];
      namespaces.set(service.namespace, [...known, { service: service.name, routes }]);
    }
  }
  return [...namespaces].flatMap(([namespace, all]) => {
    const edges: readonly CallEdge[] =
      view.settings.calls.length > 0 ? view.settings.calls : callGraph(bookinfo, running(view, namespace));
    return problemsOf(edges, all);
  });
});

interface ServiceRoutes {
  readonly service: string;
  readonly routes: readonly Route[];
}

/** What most requests meet, and then each route that only some of them meet in its place. */
function problemsOf(edges: readonly CallEdge[], all: readonly ServiceRoutes[]): readonly Problem[] {
  const usual: Record<string, PlacedPolicy> = {};
  for (const { service, routes } of all) {
    const route = routes.findLast(({ matches }) => matches.some(takesAll));
    if (route !== undefined) usual[service] = policyOf(route);
  }
  const special = all.flatMap(({ service, routes }) =>
    routes
      .map(policyOf)
      .flatMap((policy) =>
        policy.path === usual[service]?.path
          ? []
          : checkTimeouts(edges, { ...usual, [service]: policy }).filter(
              ({ path }) => path === policy.path || path.startsWith(`${policy.path}.`),
            ),
      ),
  );
  return [...checkTimeouts(edges, usual), ...special];
}

function findingsOf(view: ClusterView, object: KubeObject): Finding[] {
  return problemsIn(view).flatMap(({ path, problem, remedy }) => {
    const [id, field = ''] = path.split(SEPARATOR);
    return id === object.id ? [finding(object, field, problem, remedy)] : [];
  });
}

export const timeoutHierarchy: Policy = {
  id: 'R12-timeout-hierarchy',
  title: 'A caller waits longer than all the tries of what it calls',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Shorten the budget of the route that is called, or lengthen the timeout of its caller.',
  document: 'The application’s call graph with the time-outs built into its services',
  check: (view) => judge(virtualServices(view), (object) => findingsOf(view, object)),
};
