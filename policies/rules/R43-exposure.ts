import { fieldPath, labelsAt, textAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import {
  destinationRules,
  gatewaysOf,
  hostsOf,
  ISTIO,
  MESH,
  ROOT_NAMESPACE,
  ruleHost,
  virtualServices,
} from '../view/routing';
import { services } from '../view/services';

/** An address that a Service says is its own: any node sends what is meant for it there. */
function addressFindings(object: KubeObject): (Finding | undefined)[] {
  const name = textAt(object.manifest, 'spec', 'externalName');
  return [
    ...textsAt(object.manifest, 'spec', 'externalIPs').map((_, place) =>
      finding(
        object,
        fieldPath('spec', 'externalIPs', place),
        'takes over an address: every node sends requests for it to this Service, whoever they are meant for (CVE-2020-8554)',
        'use a LoadBalancer, or Istio’s gateway',
      ),
    ),
    textAt(object.manifest, 'spec', 'type') === 'ExternalName' &&
    /^(localhost|127\.|169\.254\.)/.test(name ?? '')
      ? finding(
          object,
          'spec.externalName',
          `is ${name!}: callers are led to themselves or to the cloud's metadata`,
          'name a host outside of the cluster',
        )
      : undefined,
  ];
}

/** `*` takes the calls of all hosts, not only those of the application. */
function wildHosts(object: KubeObject): (Finding | undefined)[] {
  if (!gatewaysOf(object).includes(MESH)) return [];
  return hostsOf(object).map((host, place) =>
    host === '*' || (host.startsWith('*.') && !host.slice(2).includes('.'))
      ? finding(
          object,
          fieldPath('spec', 'hosts', place),
          'takes the calls of pods to every host: Istio refuses it for the mesh, or it changes calls of others',
          'name the hosts that the routes are for',
        )
      : undefined,
  );
}

/** Whether a host is in the cluster, and all of it or a part of it in another namespace. */
function reachesOthers(host: string, place: string): boolean {
  const isCluster = /(^|\.)(local|cluster\.local|svc\.cluster\.local)$/.test(host) || host === '*';
  return isCluster && !host.endsWith(`.${place}.svc.cluster.local`);
}

const isPrivate = (object: KubeObject): boolean => {
  const exported = textsAt(object.manifest, 'spec', 'exportTo');
  return exported.length === 1 && (exported[0] === '.' || exported[0] === object.place);
};

/** A rule for the hosts of all namespaces belongs into the root namespace, where the platform keeps it. */
function ruleFinding(object: KubeObject): Finding | undefined {
  const host = ruleHost(object);
  if (!host.startsWith('*') || object.place === ROOT_NAMESPACE || isPrivate(object)) return undefined;
  return reachesOthers(host, object.place)
    ? finding(
        object,
        'spec.host',
        `is ${host}: it changes the calls of this namespace, and of all it is exported to, to Services of other namespaces`,
        `name the Services, use *.${object.place}.svc.cluster.local, or export it to "." alone`,
      )
    : undefined;
}

/** A host of another namespace's Service: calls to it go to the endpoints that stand here. */
const entryFindings = (object: KubeObject): (Finding | undefined)[] =>
  textsAt(object.manifest, 'spec', 'hosts').map((host, place) =>
    /\.svc\.cluster\.local$/.test(host) && reachesOthers(host, object.place) && !isPrivate(object)
      ? finding(
          object,
          fieldPath('spec', 'hosts', place),
          `is ${host}, a Service of another namespace: calls to it go where this entry says`,
          'declare it in the namespace of that Service, or use a host outside of the cluster',
        )
      : undefined,
  );

/** The levels of a namespace in which privileged pods are let in. */
const LEVEL = 'pod-security.kubernetes.io/enforce';

function namespaceFinding(view: ClusterView, object: KubeObject): Finding | undefined {
  if (view.settings.outsideMesh.includes(object.name)) return undefined;
  return labelsAt(object.manifest, 'metadata', 'labels')[LEVEL] === 'privileged'
    ? finding(
        object,
        fieldPath('metadata', 'labels', LEVEL),
        'is privileged: the API server refuses no pod of the namespace, whatever it may do on its node',
        'set it to restricted or baseline',
      )
    : undefined;
}

export const exposure: Policy = {
  id: 'R43-exposure',
  title: 'No object takes requests or rights that are not its own',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Name hosts instead of wildcards, use load balancers instead of externalIPs, and let namespaces enforce a Pod Security Standard.',
  document:
    'CVE-2020-8554; Kyverno, restrict-service-external-ips; Istio reference, VirtualService.hosts; Kubernetes, Pod Security Admission',
  check: (view) =>
    together(
      judge(services(view), addressFindings),
      judge(virtualServices(view), wildHosts),
      judge(destinationRules(view), ruleFinding),
      judge(ofKind(view, 'ServiceEntry', ISTIO), entryFindings),
      judge(ofKind(view, 'Namespace', ''), (object) => namespaceFinding(view, object)),
    ),
};
