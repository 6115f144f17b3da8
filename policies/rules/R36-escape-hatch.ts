import { fieldPath, labelsAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';

const hatches: Readonly<Record<string, string>> = {
  'pulumi.com/skipAwait':
    'the update goes on before the object is ready, so a route may lead to pods that are not there',
  'pulumi.com/patchForce': 'it overwrites what others set on purpose, and hides that they did',
};

/** Kinds whose spec says who gets requests. */
const routing = ['VirtualService', 'DestinationRule', 'Gateway', 'Deployment'];

export const escapeHatch: Policy = {
  id: 'R36-escape-hatch',
  title: 'Nothing switches off waiting, conflicts or changes of routes',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Remove the annotation or the option; if an incident needs it, name it as an exception with an end.',
  document:
    'Pulumi Kubernetes provider, annotations pulumi.com/skipAwait and pulumi.com/patchForce; resource option ignoreChanges',
  check: (view) =>
    judge(view.objects, (object) => [
      ...Object.entries(labelsAt(object.manifest, 'metadata', 'annotations')).map(([key, value]) =>
        hatches[key] !== undefined && value === 'true'
          ? finding(
              object,
              fieldPath('metadata', 'annotations', key),
              `is true: ${hatches[key]}`,
              'remove it',
            )
          : undefined,
      ),
      ...(routing.includes(object.kind) ? object.ignoreChanges : [])
        .filter(
          (path) => path === '*' || path === 'spec' || path.startsWith('spec.') || path.startsWith('spec['),
        )
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
