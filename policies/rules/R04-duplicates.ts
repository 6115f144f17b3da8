import { fieldPath, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { destinationRules, hostsOf, ruleHost, subsetsOf, virtualServices } from '../view/routing';

function repeatedSubsets(object: KubeObject): (Finding | undefined)[] {
  const names = subsetsOf(object).map(({ name }) => name);
  return subsetsOf(object).map(({ name, path }, place) =>
    names.indexOf(name) === place
      ? undefined
      : finding(
          object,
          fieldPath(...path, 'name'),
          `is ${name} for the second time: Istio uses one of the two and drops the other`,
          'give each subset a name of its own',
        ),
  );
}

function ruleOfSameHost(view: ClusterView, object: KubeObject): Finding | undefined {
  const host = ruleHost(object);
  const first = destinationRules(view).find(
    (other) => other.namespace === object.namespace && ruleHost(other) === host,
  );
  if (first === undefined || first === object) return undefined;
  return finding(
    object,
    'spec.host',
    `is ${host}, which ${first.id} is for already: which of the two applies depends on their age`,
    `merge the two into ${first.id}`,
  );
}

const gatewaysOf = (object: KubeObject): readonly string[] => {
  const listed = textsAt(object.manifest, 'spec', 'gateways');
  return listed.length === 0
    ? ['mesh']
    : listed.map((name) => (name === 'mesh' || name.includes('/') ? name : `${object.namespace}/${name}`));
};

function hostsOfOthers(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const place = virtualServices(view).indexOf(object);
  const gateways = gatewaysOf(object);
  return hostsOf(object).map((host, at) => {
    if (hostsOf(object).indexOf(host) < at) {
      return finding(
        object,
        fieldPath('spec', 'hosts', at),
        `is ${host} for the second time`,
        'list each host once',
      );
    }
    const earlier = virtualServices(view)
      .slice(0, place)
      .find(
        (other) =>
          gatewaysOf(other).some((gateway) => gateways.includes(gateway)) && hostsOf(other).includes(host),
      );
    // At a gateway Istio merges the routes of several objects; inside the mesh it takes one object and drops the other.
    if (earlier === undefined || !gateways.includes('mesh')) return undefined;
    return finding(
      object,
      fieldPath('spec', 'hosts', at),
      `is ${host}, which ${earlier.id} routes already: inside the mesh only one of the two applies`,
      `move the routes into ${earlier.id}`,
    );
  });
}

export const duplicates: Policy = {
  id: 'R04-duplicates',
  title: 'A host has one VirtualService and one DestinationRule in the mesh, a subset one definition',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Merge the objects, or give the second one another host or name.',
  document: 'Istio configuration analysis, IST0109 ConflictingMeshGatewayVirtualServiceHosts',
  check: (view) =>
    together(
      judge(destinationRules(view), (object) => [...repeatedSubsets(object), ruleOfSameHost(view, object)]),
      judge(virtualServices(view), (object) => hostsOfOthers(view, object)),
    ),
};
