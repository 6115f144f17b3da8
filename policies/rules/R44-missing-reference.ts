import { fieldPath, labelsAt, listAt, textAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, named, ofKind, type ClusterView, type Objects } from '../model/view';
import { ISTIO } from '../view/routing';
import { selects } from '../view/selectors';
import { podPath, podSpec, workloads, type Workload } from '../view/workloads';

const accounts = index((view) => grouped(ofKind(view, 'ServiceAccount', ''), ({ place }) => place));
const secrets = index((view) => grouped(ofKind(view, 'Secret', ''), ({ place }) => place));

/** A pod whose account does not exist is never made. */
function accountFinding(view: Objects, owner: Workload): Finding | undefined {
  const { object } = owner;
  const account = textAt(podSpec(owner), 'serviceAccountName') || textAt(podSpec(owner), 'serviceAccount');
  // Accounts of a namespace that this view does not show may well be there; `default` is made by the cluster.
  if (!account || account === 'default' || !accounts(view).has(object.place)) return undefined;
  if (named(view, '', 'ServiceAccount', object.place, account) !== undefined) return undefined;
  return finding(
    object,
    fieldPath(...podPath(owner, 'serviceAccountName')),
    `is ${account}, and ${object.place} has no ServiceAccount of that name: no pod is made`,
    'use the name of a ServiceAccount, or add it',
  );
}

/** Where the pods of a gateway run, whose namespace its certificates have to be in. */
function gatewayPlaces(view: Objects, object: KubeObject): readonly string[] {
  const selector = labelsAt(object.manifest, 'spec', 'selector');
  return [
    ...new Set(
      workloads(view)
        .filter(({ labels }) => selects(selector, labels))
        .map((owner) => owner.object.place),
    ),
  ];
}

/** Modes that end TLS at the gateway with a certificate of its own. */
const withCertificate = ['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'];

function gatewayFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const places = gatewayPlaces(view, object);
  return listAt(object.manifest, 'spec', 'servers').flatMap((server, place) => {
    const field = (key: string) => fieldPath('spec', 'servers', place, 'tls', key);
    const mode = textAt(server, 'tls', 'mode') ?? '';
    const credential = textAt(server, 'tls', 'credentialName');
    const hasFile = textAt(server, 'tls', 'serverCertificate') !== undefined;
    const isHttps = ['HTTPS', 'TLS'].includes((textAt(server, 'port', 'protocol') ?? '').toUpperCase());
    const isAbsent =
      credential !== undefined &&
      places.length > 0 &&
      places.every(
        (where) => secrets(view).has(where) && named(view, '', 'Secret', where, credential) === undefined,
      );
    return [
      isHttps &&
      withCertificate.includes(mode) &&
      credential === undefined &&
      !hasFile &&
      textsAt(server, 'tls', 'credentialNames').length === 0 &&
      listAt(server, 'tls', 'tlsCertificates').length === 0
        ? finding(
            object,
            field('credentialName'),
            `is missing while mode is ${mode}: the gateway has no certificate, and the port is not opened`,
            'name the Secret of the certificate',
          )
        : undefined,
      isAbsent
        ? finding(
            object,
            field('credentialName'),
            `is ${credential}, and ${places.join(', ')}, where the gateway runs, has no Secret of that name: the port is not opened`,
            `put the Secret into ${places[0]!}`,
          )
        : undefined,
    ];
  });
}

/** Objects of which Istio takes one for a whole namespace; of several it takes any. */
const oneForAll = [
  ['Sidecar', ISTIO, 'workloadSelector'],
  ['Telemetry', 'telemetry.istio.io', 'selector'],
  ['PeerAuthentication', 'security.istio.io', 'selector'],
] as const;

const isForAll = (object: KubeObject, key: string): boolean =>
  Object.keys({
    ...labelsAt(object.manifest, 'spec', key, 'labels'),
    ...labelsAt(object.manifest, 'spec', key, 'matchLabels'),
  }).length === 0 && listAt(object.manifest, 'spec', 'targetRefs').length === 0;

/** The first of its kind that is for all of a namespace. */
const firstForAll = index((view) => {
  const first = new Map<string, KubeObject>();
  for (const [kind, group, key] of oneForAll) {
    for (const object of ofKind(view, kind, group)) {
      const name = `${kind} ${object.place}`;
      if (!first.has(name) && isForAll(object, key)) first.set(name, object);
    }
  }
  return first;
});

function secondForAll(view: Objects, object: KubeObject): Finding | undefined {
  const [, , key] = oneForAll.find(([kind]) => kind === object.kind)!;
  if (!isForAll(object, key)) return undefined;
  const first = firstForAll(view).get(`${object.kind} ${object.place}`);
  return first === undefined || first === object || first.id === object.id
    ? undefined
    : finding(
        object,
        `spec.${key}`,
        `is for all of ${object.place}, as ${first.id} is: Istio takes one of the two`,
        `merge the two into ${first.id}, or select pods`,
      );
}

const servicePlaces = index((view) => new Set(ofKind(view, 'Service', '').map(({ place }) => place)));

function ingressFindings(view: Objects, object: KubeObject): (Finding | undefined)[] {
  return listAt(object.manifest, 'spec', 'rules').flatMap((rule, place) =>
    listAt(rule, 'http', 'paths').map((entry, at_) => {
      const name = textAt(entry, 'backend', 'service', 'name') ?? textAt(entry, 'backend', 'serviceName');
      const isSeen = servicePlaces(view).has(object.place);
      if (name === undefined || !isSeen || named(view, '', 'Service', object.place, name) !== undefined)
        return undefined;
      return finding(
        object,
        fieldPath('spec', 'rules', place, 'http', 'paths', at_, 'backend'),
        `is ${name}, and ${object.place} has no Service of that name: every request gets a 503`,
        `use the name of a Service of ${object.place}`,
      );
    }),
  );
}

export const missingReference: Policy = {
  id: 'R44-missing-reference',
  title:
    'The accounts of pods, the certificates of gateways and the Services of Ingresses are there, and what is for a whole namespace is there once',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Add what is missing or name what is there. What belongs to namespaces that are not in this stack is not judged.',
  document:
    'kube-linter, non-existent-service-account and dangling-ingress; Istio configuration analysis, IST0101 and IST0161 for credentials, IST0111 MultipleSidecarsWithoutWorkloadSelectors and IST0160 MultipleTelemetriesWithoutWorkloadSelectors',
  check: (view) =>
    together(
      judge(workloads(view), (owner) => accountFinding(view, owner)),
      judge(ofKind(view, 'Gateway', ISTIO), (object) => gatewayFindings(view, object)),
      judge(
        oneForAll.flatMap(([kind, group]) => ofKind(view, kind, group)),
        (object) => secondForAll(view, object),
      ),
      judge(ofKind(view, 'Ingress', 'networking.k8s.io'), (object) => ingressFindings(view, object)),
    ),
};
