import { fieldPath, isTrue, labelsAt, listAt, numberAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import {
  containersOf,
  declinesSidecar,
  mayReachNode,
  podSpec,
  workloads,
  type Workload,
} from '../view/workloads';

function namespaceFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  if (view.settings.outsideMesh.includes(object.name)) return [];
  const labels = labelsAt(object.manifest, 'metadata', 'labels');
  const injection = labels['istio-injection'];
  const revision = labels['istio.io/rev'];
  // Ambient pods have no sidecar: their node's proxy takes the calls.
  if (labels['istio.io/dataplane-mode'] === 'ambient' && injection !== 'disabled') return [];
  const field = 'metadata.labels.istio-injection';
  if (injection !== undefined && revision !== undefined)
    return [
      finding(
        object,
        field,
        `is ${injection} beside istio.io/rev ${revision}: istio-injection goes first, and the revision is not used`,
        'keep one of the two labels',
      ),
    ];
  if (injection === 'enabled' || (revision !== undefined && revision !== '' && injection === undefined))
    return [];
  return [
    finding(
      object,
      field,
      'is not enabled: its pods get no sidecar, so neither weights nor mTLS nor metrics apply to their calls',
      'set it to enabled, or list the namespace under outsideMesh',
    ),
  ];
}

const EVERYWHERE = /(^|,)\s*(\*|0\.0\.0\.0\/0|0\.0\.0\.0\/1\s*,\s*128\.0\.0\.0\/1|::\/0)\s*(,|$)/;

/** What an annotation takes out of the sidecar's hands; undefined where it takes nothing of weight. */
function bypass(owner: Workload, key: string, value: string): string | undefined {
  const ports = containersOf(owner).flatMap(({ container }) =>
    listAt(container, 'ports').map((port) => String(numberAt(port, 'containerPort'))),
  );
  const listed = value.split(',').map((entry) => entry.trim());
  switch (key) {
    case 'traffic.sidecar.istio.io/includeOutboundIPRanges':
      return value.trim() === '' ? 'catches no call that the pods make' : undefined;
    case 'traffic.sidecar.istio.io/excludeOutboundIPRanges':
      return EVERYWHERE.test(value) ? 'catches no call that the pods make' : undefined;
    case 'traffic.sidecar.istio.io/includeInboundPorts':
      return value.trim() === '' ? 'catches no call to the pods' : undefined;
    case 'traffic.sidecar.istio.io/excludeInboundPorts':
      return listed.includes('*') || listed.some((port) => ports.includes(port))
        ? 'lets calls to the application past the sidecar'
        : undefined;
    case 'sidecar.istio.io/interceptionMode':
      return value === 'NONE' ? 'catches neither calls to the pods nor calls that they make' : undefined;
    default:
      return undefined;
  }
}

/** The user of the sidecar itself, whose traffic is never caught. */
const PROXY_USER = 1337;

function podFindings(view: ClusterView, owner: Workload): (Finding | undefined)[] {
  const { object, template } = owner;
  if (view.settings.outsideMesh.includes(object.place) || mayReachNode(view, owner)) return [];
  // A pod in its node's network gets no sidecar; R30 says what that means.
  if (isTrue(podSpec(owner), 'hostNetwork')) return [];
  const declined = declinesSidecar(owner);
  const lost = 'neither weights nor mTLS nor metrics apply to these pods';
  const place = (...path: readonly Segment[]) => fieldPath(...template, ...path);
  return [
    declined === undefined
      ? undefined
      : finding(object, fieldPath(...declined), `keeps the sidecar out: ${lost}`, 'remove it'),
    ...Object.entries(owner.annotations).map(([key, value]) => {
      const what = bypass(owner, key, value);
      return what === undefined
        ? undefined
        : finding(
            object,
            place('metadata', 'annotations', key),
            `has the sidecar there and unused: it ${what}`,
            'remove it, or name the ranges and ports that must stay out',
          );
    }),
    owner.labels['istio.io/dataplane-mode'] === 'none'
      ? finding(
          object,
          place('metadata', 'labels', 'istio.io/dataplane-mode'),
          `takes the pods out of the mesh: ${lost}`,
          'remove it',
        )
      : undefined,
    ...containersOf(owner).map(({ container, path, name }) =>
      name !== 'istio-proxy' && numberAt(container, 'securityContext', 'runAsUser') === PROXY_USER
        ? finding(
            object,
            fieldPath(...path, 'securityContext', 'runAsUser'),
            `is ${PROXY_USER}, the user of the sidecar, whose calls are never caught: weights and mTLS do not apply to them`,
            'use another user',
          )
        : undefined,
    ),
    proxyUser(owner),
  ];
}

const proxyUser = (owner: Workload): Finding | undefined =>
  numberAt(podSpec(owner), 'securityContext', 'runAsUser') === PROXY_USER
    ? finding(
        owner.object,
        fieldPath(...owner.template, 'spec', 'securityContext', 'runAsUser'),
        `is ${PROXY_USER}, the user of the sidecar, whose calls are never caught: weights and mTLS do not apply to them`,
        'use another user',
      )
    : undefined;

export const sidecarInjection: Policy = {
  id: 'R22-sidecar-injection',
  title: 'Namespaces and pods of the mesh get their sidecar, and it catches their calls',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Label the namespace istio-injection=enabled (or istio.io/rev) and leave sidecar.istio.io/inject alone.',
  document:
    'Istio configuration analysis, IST0102 NamespaceNotInjected, IST0103 PodMissingProxy, IST0123 NamespaceMultipleInjectionLabels and IST0144 InvalidApplicationUID; namespaces are judged where they are declared',
  check: (view) =>
    together(
      judge(ofKind(view, 'Namespace', ''), (object) => namespaceFindings(view, object)),
      judge(workloads(view), (owner) => podFindings(view, owner)),
    ),
};
