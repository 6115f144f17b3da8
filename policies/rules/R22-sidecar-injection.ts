import { at, fieldPath, labelsAt } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import { declinesSidecar, mayReachNode, podSpec, workload, workloadObjects } from '../view/workloads';

const outside = (view: ClusterView, namespace: string | undefined) =>
  namespace !== undefined && view.settings.outsideMesh.includes(namespace);

export const sidecarInjection: Policy = {
  id: 'R22-sidecar-injection',
  title: 'Namespaces and pods of the mesh get their sidecar',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Label the namespace istio-injection=enabled (or istio.io/rev) and leave sidecar.istio.io/inject alone.',
  document:
    'Istio configuration analysis, IST0102 NamespaceNotInjected and IST0103 PodMissingProxy; namespaces are judged where they are declared',
  check: (view) =>
    together(
      judge(ofKind(view, 'Namespace', ''), (object) => {
        if (outside(view, object.name)) return [];
        const labels = labelsAt(object.manifest, 'metadata', 'labels');
        if (
          labels['istio-injection'] === 'enabled' ||
          (labels['istio.io/rev'] !== undefined && labels['istio-injection'] === undefined)
        )
          return [];
        return finding(
          object,
          'metadata.labels.istio-injection',
          'is not enabled: its pods get no sidecar, so neither weights nor mTLS nor metrics apply to their calls',
          'set it to enabled, or list the namespace under outsideMesh',
        );
      }),
      judge(workloadObjects(view), (object) => {
        const owner = workload(object);
        const declined = declinesSidecar(owner);
        if (declined === undefined || outside(view, object.namespace) || mayReachNode(view, owner)) return [];
        if (at(podSpec(owner), 'hostNetwork') === true) return [];
        return finding(
          object,
          fieldPath(...declined),
          'keeps the sidecar out: neither weights nor mTLS nor metrics apply to these pods',
          'remove it',
        );
      }),
    ),
};
