import { fieldPath, labelsAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { isWorkload } from '../view/workloads';

/** Kinds that the provider waits for; it waits for no others, so leaving that out changes nothing. */
const awaited = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
  'Ingress',
  'PersistentVolumeClaim',
  'Rollout',
  'CustomResourceDefinition',
];

const isOn = (value: string): boolean => /^(true|1|t)$/i.test(value);

function annotationFinding(object: KubeObject, key: string, value: string): Finding | undefined {
  const field = fieldPath('metadata', 'annotations', key);
  switch (key) {
    case 'pulumi.com/skipAwait':
      // A Service is ready when a pod is, and those are waited for by what makes them.
      return isOn(value) && awaited.includes(object.kind)
        ? finding(
            object,
            field,
            'is true: the update goes on before the object is ready, so a route may lead to pods that are not there',
            'remove it',
          )
        : undefined;
    case 'pulumi.com/patchForce':
      return isOn(value)
        ? finding(
            object,
            field,
            'is true: it overwrites what others set on purpose, and hides that they did',
            'remove it',
          )
        : undefined;
    case 'pulumi.com/deletionPropagationPolicy':
      return value.toLowerCase() === 'orphan'
        ? finding(
            object,
            field,
            'is orphan: the pods stay when their workload is removed, and may still get requests',
            'remove it',
          )
        : undefined;
    case 'pulumi.com/timeoutSeconds':
      return Number(value) === 0 && value.trim() !== ''
        ? finding(
            object,
            field,
            'is 0: the update does not wait for the object',
            'write how long to wait, or remove it',
          )
        : undefined;
    default:
      return undefined;
  }
}

/** Kinds whose spec says who gets requests. */
const routing = [
  ...[
    'VirtualService',
    'DestinationRule',
    'Gateway',
    'Service',
    'ServiceEntry',
    'Ingress',
    'EndpointSlice',
    'Endpoints',
  ],
  ...['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'HorizontalPodAutoscaler'],
  ...['AuthorizationPolicy', 'PeerAuthentication', 'NetworkPolicy'],
];

/** Whether ignoring a path hides a change of what counts; replicas belong to an autoscaler. */
function hides(path: string): boolean {
  const plain = path.replace(/\["?([^\]"]+)"?\]/g, '.$1').replace(/^\./, '');
  if (plain === 'spec.replicas') return false;
  return (
    ['*', 'spec', '**', 'subsets', 'endpoints', 'rules'].includes(plain) ||
    /^(spec|subsets|endpoints|rules)[.*]/.test(plain)
  );
}

export const escapeHatch: Policy = {
  id: 'R36-escape-hatch',
  title: 'Nothing switches off waiting, conflicts or changes of routes',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Remove the annotation or the option; if an incident needs it, name it as an exception with an end.',
  document:
    'Pulumi Kubernetes provider, annotations pulumi.com/skipAwait, patchForce, timeoutSeconds and deletionPropagationPolicy; resource option ignoreChanges',
  check: (view) =>
    judge(view.objects, (object) => [
      ...Object.entries(labelsAt(object.manifest, 'metadata', 'annotations')).map(([key, value]) =>
        annotationFinding(object, key, value),
      ),
      ...(routing.includes(object.kind) || isWorkload(view, object) ? object.ignoreChanges : [])
        .filter(hides)
        .map((path) =>
          finding(
            object,
            'ignoreChanges',
            `holds ${path}: a step would be taken in the state and not in the cluster`,
            'remove it from ignoreChanges',
          ),
        ),
    ]),
};
