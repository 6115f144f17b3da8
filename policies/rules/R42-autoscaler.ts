import { at, fieldPath, isMap, listAt, numberAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView, type Objects } from '../model/view';
import { autoscalerOf, containersOf, mayHaveOtherPods, workloadsIn, type Workload } from '../view/workloads';

const scalers = (view: Objects) => ofKind(view, 'HorizontalPodAutoscaler');

const targetOf = (object: KubeObject): string =>
  `${object.place} ${textAt(object.manifest, 'spec', 'scaleTargetRef', 'kind') ?? ''} ${textAt(object.manifest, 'spec', 'scaleTargetRef', 'name') ?? ''}`;

const byTarget = index((view) => grouped(scalers(view), targetOf));

/** Whether it scales by a share of what pods ask for of a resource. */
const usesRequests = (object: KubeObject, resource: string): boolean =>
  (resource === 'cpu' && at(object.manifest, 'spec', 'targetCPUUtilizationPercentage') !== undefined) ||
  listAt(object.manifest, 'spec', 'metrics').some(
    (metric) =>
      textAt(metric, 'type') === 'Resource' &&
      textAt(metric, 'resource', 'name') === resource &&
      (textAt(metric, 'resource', 'target', 'type') ?? 'Utilization') === 'Utilization',
  );

function targetFindings(view: ClusterView, object: KubeObject, owner: Workload): (Finding | undefined)[] {
  const { object: target } = owner;
  const replicas = numberAt(target.manifest, 'spec', 'replicas');
  return [
    // 0 switches the autoscaler off, which is R07's affair.
    replicas !== undefined && replicas > 0 && autoscalerOf(view, owner) === object
      ? finding(
          target,
          'spec.replicas',
          `is ${replicas} while ${object.id} scales it: every update sets it back, and pods are ended under load`,
          'leave replicas out',
        )
      : undefined,
    ...['cpu', 'memory'].map((resource) =>
      usesRequests(object, resource) &&
      containersOf(owner).some(
        ({ container, main }) =>
          main &&
          at(container, 'resources', 'requests', resource) === undefined &&
          at(container, 'resources', 'limits', resource) === undefined,
      )
        ? finding(
            object,
            'spec.metrics',
            `scales by the use of ${resource}, which a container of ${target.id} asks for none of: it never scales`,
            `give every container a request for ${resource}`,
          )
        : undefined,
    ),
  ];
}

function findingsOf(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const least = numberAt(object.manifest, 'spec', 'minReplicas') ?? 1;
  const most = numberAt(object.manifest, 'spec', 'maxReplicas');
  const target = at(object.manifest, 'spec', 'scaleTargetRef');
  const owner = workloadsIn(view, object.place).find(
    (entry) => entry.object.kind === textAt(target, 'kind') && entry.object.name === textAt(target, 'name'),
  );
  const same = byTarget(view).get(targetOf(object)) ?? [];
  const first = same.find(({ id }) => id !== object.id);
  const isSeen = workloadsIn(view, object.place).length > 0 && !mayHaveOtherPods(view, object.place);
  return [
    most !== undefined && most < least
      ? finding(
          object,
          'spec.maxReplicas',
          `is ${most}, below minReplicas ${least}: the API server refuses it`,
          'write a maximum above the minimum',
        )
      : undefined,
    owner === undefined && isMap(target) && isSeen
      ? finding(
          object,
          fieldPath('spec', 'scaleTargetRef', 'name'),
          `is ${textAt(target, 'kind') ?? ''}/${textAt(target, 'name') ?? ''}, which does not exist in ${object.place}: it scales nothing`,
          'name the workload that it is for',
        )
      : undefined,
    first === undefined || same.indexOf(object) === 0
      ? undefined
      : finding(
          object,
          'spec.scaleTargetRef',
          `is what ${first.id} scales too: the two undo each other`,
          'keep one autoscaler for each workload',
        ),
    ...(owner === undefined ? [] : targetFindings(view, object, owner)),
  ];
}

export const autoscaler: Policy = {
  id: 'R42-autoscaler',
  title: 'An autoscaler scales one workload, which leaves its number of pods to it',
  severity: 'medium',
  enforcement: { ...everywhere('mandatory'), rehearsal: 'advisory' },
  scope: 'stack',
  remedy: 'Leave replicas out of what an autoscaler scales, and let it scale one workload with requests.',
  document:
    'Kubernetes, Horizontal pod autoscaling; kube-score, deployment-targeted-by-hpa-does-not-have-replicas-configured and horizontalpodautoscaler-has-target; Polaris, hpaMaxAvailability',
  check: (view) => judge(scalers(view), (object) => findingsOf(view, object)),
};
