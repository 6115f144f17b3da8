import { fieldPath, isMap, labelsAt, listAt, textAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';

const RBAC = 'rbac.authorization.k8s.io';
const reading = ['get', 'list', 'watch', '*'];
const making = ['create', 'update', 'patch', '*'];
const rights = ['escalate', 'bind', 'impersonate'];

/** Subresources that lead into a pod or a node; reading them leads nowhere. */
const inside = [
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/ephemeralcontainers',
  'nodes/proxy',
  'pods/proxy',
  'services/proxy',
];

/** What whoever may make or change it can give himself, by group. */
const powers: readonly (readonly [group: string, resource: string, what: string])[] = [
  ['', 'serviceaccounts/token', 'makes tokens of any account of the namespace'],
  ['certificates.k8s.io', 'certificatesigningrequests/approval', 'signs certificates for any user'],
  ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'changes whatever is applied by anybody'],
  [
    'admissionregistration.k8s.io',
    'validatingwebhookconfigurations',
    'reads whatever is applied by anybody, Secrets included',
  ],
];

const hasGroup = (rule: unknown, group: string): boolean => {
  const groups = textsAt(rule, 'apiGroups');
  return groups.includes(group) || groups.includes('*');
};

// Whether a rule names a resource, also by `pods/*` or `*/exec`.
function names(resources: readonly string[], wanted: string): boolean {
  const [resource, sub] = wanted.split('/');
  return (
    resources.includes(wanted) ||
    (sub !== undefined && (resources.includes(`${resource}/*`) || resources.includes(`*/${sub}`)))
  );
}

function ruleFindings(object: KubeObject, rule: unknown, place: number): (Finding | undefined)[] {
  const verbs = textsAt(rule, 'verbs').map((verb) => verb.toLowerCase());
  const resources = textsAt(rule, 'resources');
  const field = (key: string) => fieldPath('rules', place, key);
  // One Secret by its name is what a Role is for.
  const isNamed = textsAt(rule, 'resourceNames').length > 0;
  const readsSecrets =
    hasGroup(rule, '') &&
    names(resources, 'secrets') &&
    !isNamed &&
    verbs.some((verb) => reading.includes(verb));
  const entered = hasGroup(rule, '')
    ? inside.filter(
        (name) => names(resources, name) && verbs.some((verb) => [...making, 'get'].includes(verb)),
      )
    : [];
  const grown = verbs.filter((verb) => rights.includes(verb));
  return [
    ...['verbs', 'resources', 'apiGroups', 'nonResourceURLs'].map((key) =>
      textsAt(rule, key).some((entry) => entry === '*' || entry === '*/*')
        ? finding(object, field(key), 'is *: it grants also what will be added later', 'list what is needed')
        : undefined,
    ),
    readsSecrets
      ? finding(
          object,
          field('resources'),
          'lets its subjects read Secrets',
          'mount the one Secret that is needed instead, or name it in resourceNames',
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
    ...powers.map(([group, resource, what]) =>
      hasGroup(rule, group) &&
      names(resources, resource) &&
      verbs.some((verb) => making.includes(verb)) &&
      !isNamed
        ? finding(object, field('resources'), `grants ${resource}: it ${what}`, 'remove it')
        : undefined,
    ),
  ];
}

/** A role that takes in whatever others are labelled as. */
function aggregationFindings(object: KubeObject): (Finding | undefined)[] {
  return listAt(object.manifest, 'aggregationRule', 'clusterRoleSelectors').map((selector, place) =>
    isMap(selector) &&
    Object.keys(labelsAt(selector, 'matchLabels')).length === 0 &&
    listAt(selector, 'matchExpressions').length === 0
      ? finding(
          object,
          fieldPath('aggregationRule', 'clusterRoleSelectors', place),
          'selects every ClusterRole: its subjects may do anything',
          'select by a label of your own',
        )
      : undefined,
  );
}

/** Roles of Kubernetes that read Secrets or enter pods. */
const strongRoles: Readonly<Record<string, string>> = {
  'cluster-admin': 'its subjects may do anything',
  admin: 'its subjects read Secrets, enter pods and give rights',
  edit: 'its subjects read Secrets and enter pods',
  'system:masters': 'its subjects may do anything',
  'system:node': 'its subjects read every Secret that a pod uses',
  'system:kube-controller-manager': 'its subjects act for every controller',
};

/** Whoever has an account, or none, is in such a group. */
const crowds: readonly (readonly [RegExp, string])[] = [
  [/^system:(anonymous|unauthenticated)$/, 'everybody who can reach the API server, without a login'],
  [/^system:authenticated$/, 'everybody who has any account'],
  [/^system:serviceaccounts$/, 'every account of the cluster, so every pod'],
  [/^system:serviceaccounts:/, 'every account of a namespace, so every pod of it'],
  [/^system:masters$/, 'administrators, whom no rule can hold back'],
];

/** What such groups are bound to by Kubernetes itself. */
const openRoles = [
  'system:discovery',
  'system:basic-user',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
];

function bindingFindings(object: KubeObject): (Finding | undefined)[] {
  const role = textAt(object.manifest, 'roleRef', 'name') ?? '';
  const isCluster = textAt(object.manifest, 'roleRef', 'kind') !== 'Role';
  const strong = isCluster ? strongRoles[role] : undefined;
  return [
    strong === undefined
      ? undefined
      : finding(object, 'roleRef.name', `is ${role}: ${strong}`, 'bind a role that lists what is needed'),
    ...listAt(object.manifest, 'subjects').map((subject, place) => {
      const name = textAt(subject, 'name') ?? '';
      const crowd = crowds.find(([pattern]) => pattern.test(name));
      if (textAt(subject, 'kind') === 'ServiceAccount')
        return name === 'default'
          ? finding(
              object,
              fieldPath('subjects', place, 'name'),
              'is default: every pod of the namespace that names no account gets the rights',
              'bind an account of its own',
            )
          : undefined;
      return crowd === undefined || openRoles.includes(role)
        ? undefined
        : finding(
            object,
            fieldPath('subjects', place, 'name'),
            `is ${name}: ${crowd[1]}`,
            'name the accounts that need it',
          );
    }),
  ];
}

export const rbac: Policy = {
  id: 'R31-rbac',
  title:
    'Roles list what they grant, grant neither Secrets nor a way into pods, and are bound to single accounts',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'List verbs and resources; leave out secrets, pods/exec, escalate, bind and impersonate; name accounts.',
  document: 'Kubernetes, Role based access control good practices; CIS Kubernetes Benchmark 5.1',
  check: (view) =>
    together(
      judge([...ofKind(view, 'Role', RBAC), ...ofKind(view, 'ClusterRole', RBAC)], (object) => [
        ...listAt(object.manifest, 'rules').flatMap((rule, place) => ruleFindings(object, rule, place)),
        ...aggregationFindings(object),
      ]),
      judge(
        [...ofKind(view, 'RoleBinding', RBAC), ...ofKind(view, 'ClusterRoleBinding', RBAC)],
        bindingFindings,
      ),
    ),
};
