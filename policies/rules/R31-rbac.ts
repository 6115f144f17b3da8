import { fieldPath, listAt, textAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';

const RBAC = 'rbac.authorization.k8s.io';
const reading = ['get', 'list', 'watch'];
const inside = ['pods/exec', 'pods/attach', 'pods/portforward', 'nodes/proxy'];
const rights = ['escalate', 'bind', 'impersonate'];

function ruleFindings(object: KubeObject, rule: unknown, place: number): (Finding | undefined)[] {
  const verbs = textsAt(rule, 'verbs');
  const resources = textsAt(rule, 'resources');
  const field = (key: string) => fieldPath('rules', place, key);
  const secret = resources.includes('secrets') && verbs.some((verb) => reading.includes(verb));
  const entered = resources.filter((name) => inside.includes(name));
  const grown = verbs.filter((verb) => rights.includes(verb));
  return [
    ...['verbs', 'resources', 'apiGroups'].map((key) =>
      textsAt(rule, key).includes('*')
        ? finding(object, field(key), 'is *: it grants also what will be added later', 'list what is needed')
        : undefined,
    ),
    secret
      ? finding(
          object,
          field('resources'),
          'lets its subjects read Secrets',
          'mount the one Secret that is needed instead',
        )
      : undefined,
    entered.length > 0
      ? finding(
          object,
          field('resources'),
          `grants ${entered.join(', ')}: a way into every pod of the namespace or cluster`,
          'remove it',
        )
      : undefined,
    grown.length > 0
      ? finding(
          object,
          field('verbs'),
          `grants ${grown.join(', ')}: its subjects can give themselves any right`,
          'remove it',
        )
      : undefined,
  ];
}

export const rbac: Policy = {
  id: 'R31-rbac',
  title: 'Roles list what they grant, and grant neither Secrets nor a way into pods',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'List verbs and resources; leave out secrets, pods/exec, escalate, bind and impersonate.',
  document: 'Kubernetes, Role based access control good practices; CIS Kubernetes Benchmark 5.1',
  check: (view) =>
    together(
      judge([...ofKind(view, 'Role', RBAC), ...ofKind(view, 'ClusterRole', RBAC)], (object) =>
        listAt(object.manifest, 'rules').flatMap((rule, place) => ruleFindings(object, rule, place)),
      ),
      judge([...ofKind(view, 'RoleBinding', RBAC), ...ofKind(view, 'ClusterRoleBinding', RBAC)], (object) =>
        textAt(object.manifest, 'roleRef', 'name') === 'cluster-admin'
          ? finding(
              object,
              'roleRef.name',
              'is cluster-admin: its subjects may do anything',
              'bind a role that lists what is needed',
            )
          : undefined,
      ),
    ),
};
