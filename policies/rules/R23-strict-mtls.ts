import { fieldPath, isFalse, labelsAt, listAt, mapAt, textAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, ofKind, type ClusterView } from '../model/view';
import { readYaml, UnreadableYaml } from '../sources/yaml';
import { isInMesh } from '../view/mesh';
import { destinationRules, ROOT_NAMESPACE, ruleHost } from '../view/routing';
import { workloads } from '../view/workloads';

const SECURITY = 'security.istio.io';

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

/** Every place in a rule that may say how calls are encrypted. */
function policyPlaces(object: KubeObject): readonly (readonly Segment[])[] {
  const of = (base: readonly Segment[]): readonly (readonly Segment[])[] => [
    base,
    ...listAt(object.manifest, ...base, 'portLevelSettings').map((_, place) => [
      ...base,
      'portLevelSettings',
      place,
    ]),
  ];
  return [
    ...of(['spec', 'trafficPolicy']),
    ...listAt(object.manifest, 'spec', 'subsets').flatMap((_, place) =>
      of(['spec', 'subsets', place, 'trafficPolicy']),
    ),
  ];
}

function ruleFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const host = ruleHost(object);
  if (!isInMesh(view, host, textAt(object.manifest, 'spec', 'host') ?? '')) return [];
  return policyPlaces(object).map((path) => {
    const mode = textAt(object.manifest, ...path, 'tls', 'mode');
    if (mode === undefined || mode === 'ISTIO_MUTUAL') return undefined;
    return finding(
      object,
      fieldPath(...path, 'tls', 'mode'),
      `is ${mode}: calls to ${host} go without the mesh's mutual TLS, and STRICT pods refuse them`,
      'remove tls, or set it to ISTIO_MUTUAL',
    );
  });
}

/** The mesh's own config, where automatic mutual TLS can be switched off for everybody. */
function meshFindings(object: KubeObject): (Finding | undefined)[] {
  if (!/^istio(-|$)/.test(object.name)) return [];
  const text = labelsAt(object.manifest, 'data')['mesh'];
  if (text === undefined) return [];
  try {
    return isFalse(readYaml(text), 'enableAutoMtls')
      ? [
          finding(
            object,
            'data.mesh',
            'sets enableAutoMtls to false: sidecars call each other in plain text unless a rule says otherwise',
            'remove it',
            // Rules and PeerAuthentications of the stack may say the same for each host.
            'mtls',
          ),
        ]
      : [];
  } catch (error) {
    if (error instanceof UnreadableYaml) return [];
    throw error;
  }
}

/** What asks for one of these modes for all pods of a namespace. UNSET asks for nothing: it is what the level above says. */
const namespaceWide = (view: ClusterView, modes: readonly string[]) =>
  authentications(view).filter(
    (entry) =>
      Object.keys(mapAt(entry.manifest, 'spec', 'selector', 'matchLabels')).length === 0 &&
      modes.includes(textAt(entry.manifest, 'spec', 'mtls', 'mode') ?? ''),
  );

/** Namespaces in which nothing but mutual TLS is let in, `*` where it is so for the whole mesh. */
const strictPlaces = index(
  (view: ClusterView) =>
    new Set(namespaceWide(view, ['STRICT']).map(({ place }) => (place === ROOT_NAMESPACE ? '*' : place))),
);

const firstIn = index((view) => {
  const first = new Map<string, KubeObject>();
  for (const { object } of workloads(view)) if (!first.has(object.place)) first.set(object.place, object);
  return first;
});

/** Namespaces of which a mode is said, even a weak one, which is a finding of its own. */
const weakPlaces = index(
  (view: ClusterView) => new Set(namespaceWide(view, ['PERMISSIVE', 'DISABLE']).map(({ place }) => place)),
);

/** One finding a namespace, at its first workload: the object that is missing has no place of its own. */
function missing(view: ClusterView, object: KubeObject): Finding | undefined {
  if (firstIn(view).get(object.place) !== object) return undefined;
  // The mesh may have one that this view does not show: only a stack that wants it said here is judged by it.
  if (!view.settings.require.includes('mtls') || view.settings.outsideMesh.includes(object.place))
    return undefined;
  const strict = strictPlaces(view);
  if (strict.has('*') || strict.has(object.place) || weakPlaces(view).has(object.place)) return undefined;
  return finding(
    object,
    'metadata.namespace',
    `is ${object.place}, for which these objects hold no PeerAuthentication that is STRICT: unless the mesh has one, plain text is let in`,
    `add a PeerAuthentication with mtls.mode STRICT to ${object.place}`,
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
      judge(
        ofKind(view, 'ConfigMap', '').filter(({ place }) => place === ROOT_NAMESPACE),
        meshFindings,
      ),
      judge([...firstIn(view).values()], (object) => missing(view, object)),
    ),
};
