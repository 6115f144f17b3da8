import { fieldPath, textAt } from '../model/json';
import { judge, together } from '../model/judge';
import { isNamespaced } from '../model/kinds';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Policy } from '../model/policy';
import { podPath, podSpec, workloads } from '../view/workloads';

/** Kinds that the cluster makes itself, where it makes what they are about. */
const made = ['Event', 'Endpoints', 'EndpointSlice', 'Lease', 'ControllerRevision'];

/** What lives in a namespace: by its kind, and for kinds that are not known, where they make pods. */
const isPlaced = (object: KubeObject): boolean =>
  isNamespaced(object.group, object.kind) === true && !made.includes(object.kind);

export const defaultPlace: Policy = {
  id: 'R37-default-place',
  title: 'Nothing lives in the default namespace or runs as the default service account',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Name a namespace and a service account of the application.',
  document:
    'CIS Kubernetes Benchmark 5.1.5 and 5.7.4; authorization by principal needs one account per service',
  check: (view) =>
    together(
      judge(
        [...new Set([...view.objects.filter(isPlaced), ...workloads(view).map(({ object }) => object)])],
        (object) =>
          object.place === 'default'
            ? finding(
                object,
                'metadata.namespace',
                `${object.namespace === undefined ? 'is missing, which means default' : 'is default'}: quotas, policies and the sidecar's injection are set by namespace`,
                'name a namespace of the application',
              )
            : undefined,
      ),
      judge(workloads(view), (owner) => {
        const { object } = owner;
        const account =
          textAt(podSpec(owner), 'serviceAccountName') ||
          textAt(podSpec(owner), 'serviceAccount') ||
          undefined;
        if (account !== undefined && account !== 'default') return undefined;
        return finding(
          object,
          fieldPath(...podPath(owner, 'serviceAccountName')),
          `${account === undefined ? 'is missing, which means default' : 'is default'}: its callers and callees cannot tell it from others`,
          'give the service an account of its own',
        );
      }),
    ),
};
