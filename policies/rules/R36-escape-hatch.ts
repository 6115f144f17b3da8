import { fieldPath, labelsAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';

interface Hatch {
  /** What happens with it. */
  readonly because: string;
  /** Kinds that may have it. */
  readonly allowed: readonly string[];
}

const hatches: Readonly<Record<string, Hatch>> = {
  'pulumi.com/skipAwait': {
    because: 'the update goes on before the object is ready, so a route may lead to pods that are not there',
    // A Service is ready when a pod is, and these are waited for by what makes them.
    allowed: ['Service'],
  },
  'pulumi.com/patchForce': {
    because: 'it overwrites what others set on purpose, and hides that they did',
    allowed: [],
  },
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
      ...Object.entries(labelsAt(object.manifest, 'metadata', 'annotations')).map(([key, value]) => {
        const hatch = hatches[key];
        if (hatch === undefined || value !== 'true' || hatch.allowed.includes(object.kind)) return undefined;
        const field = fieldPath('metadata', 'annotations', key);
        return finding(object, field, `is true: ${hatch.because}`, 'remove it');
      }),
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
