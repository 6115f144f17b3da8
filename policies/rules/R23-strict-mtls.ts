import { fieldPath, listAt, mapAt, textAt } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import type { KubeObject } from '../model/object';
import { serviceOf } from '../view/hosts';
import { destinationRules, ruleHost } from '../view/routing';
import { workloadObjects } from '../view/workloads';

const SECURITY = 'security.istio.io';
const ROOT_NAMESPACE = 'istio-system';

const authentications = (view: ClusterView) => ofKind(view, 'PeerAuthentication', SECURITY);

function modeFindings(object: KubeObject): (Finding | undefined)[] {
  const weak = (mode: string | undefined) => mode === 'PERMISSIVE' || mode === 'DISABLE';
  const modes: (readonly [string, string | undefined])[] = [
    ['spec.mtls.mode', textAt(object.manifest, 'spec', 'mtls', 'mode')],
    ...Object.keys(mapAt(object.manifest, 'spec', 'portLevelMtls')).map(
      (port) =>
        [
          fieldPath('spec', 'portLevelMtls', port, 'mode'),
          textAt(object.manifest, 'spec', 'portLevelMtls', port, 'mode'),
        ] as const,
    ),
  ];
  return modes.map(([field, mode]) =>
    weak(mode)
      ? finding(
          object,
          field,
          `is ${mode}: callers without a certificate are let in, and policies that name callers do not hold them back`,
          'set it to STRICT',
        )
      : undefined,
  );
}

function ruleFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const namespace = serviceOf(ruleHost(object))?.namespace;
  if (namespace === undefined || view.settings.outsideMesh.includes(namespace)) return [];
  const policies = [
    ['spec', 'trafficPolicy'],
    ...listAt(object.manifest, 'spec', 'subsets').map((_, place) => [
      'spec',
      'subsets',
      place,
      'trafficPolicy',
    ]),
  ];
  return policies.map((path) => {
    const mode = textAt(object.manifest, ...path, 'tls', 'mode');
    if (mode === undefined || mode === 'ISTIO_MUTUAL') return undefined;
    return finding(
      object,
      fieldPath(...path, 'tls', 'mode'),
      `is ${mode}: calls to ${ruleHost(object)} go without the mesh's mutual TLS, and STRICT pods refuse them`,
      'remove tls, or set it to ISTIO_MUTUAL',
    );
  });
}

/** One finding a namespace, at its first workload: the object that is missing has no place of its own. */
function missing(view: ClusterView, object: KubeObject): Finding | undefined {
  const first = workloadObjects(view).find(({ namespace }) => namespace === object.namespace);
  if (
    first !== object ||
    (object.namespace !== undefined && view.settings.outsideMesh.includes(object.namespace))
  )
    return undefined;
  const strict = authentications(view).some(
    (entry) =>
      (entry.namespace === object.namespace || entry.namespace === ROOT_NAMESPACE) &&
      Object.keys(mapAt(entry.manifest, 'spec', 'selector')).length === 0,
  );
  return strict
    ? undefined
    : finding(
        object,
        'metadata.namespace',
        `is ${object.namespace}, for which these objects hold no PeerAuthentication: unless the mesh has one, plain text is let in`,
        `add a PeerAuthentication with mtls.mode STRICT to ${object.namespace}`,
        'mtls',
      );
}

export const strictMtls: Policy = {
  id: 'R23-strict-mtls',
  title: 'Calls between pods of the mesh use mutual TLS, and nothing else is let in',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Set PeerAuthentication to STRICT and leave tls out of DestinationRules for hosts of the mesh.',
  document: 'Istio, Security best practices: mutual TLS in STRICT mode',
  check: (view) =>
    together(
      judge(authentications(view), modeFindings),
      judge(destinationRules(view), (object) => ruleFindings(view, object)),
      judge(workloadObjects(view), (object) => missing(view, object)),
    ),
};
