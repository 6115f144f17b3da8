import { DRY_RUN_ONLY, PREVIEW_ACCOUNT, RELEASE_ACCOUNT, RELEASE_OBJECTS_ONLY, userName } from './names';
import { kindsOf } from '../routing/pure';
import type { ResolvedAccess } from './settings';

/** A text in the API server's expression language. */
const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;

/** Every request that writes: any resource and subresource, any operation. */
const everything = {
  resourceRules: [
    { apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'], scope: '*' },
  ],
};

const requestsOf = (account: string, namespace: string) => [
  { name: 'account', expression: `request.userInfo.username == ${text(userName(namespace, account))}` },
];

/**
 * Refuses whatever the preview's account asks for unless it is a dry run.
 *
 * Admission sees every create, update, patch, delete and connect, after the roles and before the store; a dry run passes
 * it as any other request does and is thrown away after it. If the expression cannot be evaluated the request is refused.
 */
export const dryRunOnlyPolicy = ({ namespace }: Pick<ResolvedAccess, 'namespace'>) => ({
  metadata: { name: DRY_RUN_ONLY },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: everything,
    matchConditions: requestsOf(PREVIEW_ACCOUNT, namespace),
    validations: [
      {
        expression: 'has(request.dryRun) && request.dryRun == true',
        message: `${PREVIEW_ACCOUNT} previews: it may only try changes (server-side dry run), not make them`,
        reason: 'Forbidden',
      },
    ],
  },
});

/**
 * Keeps the release's account to the objects of releases, by their names: roles can name the objects of a `patch`, but not
 * those of a `create`.
 */
export function releaseObjectsPolicy({
  namespace,
  services,
  routing,
}: Pick<ResolvedAccess, 'namespace' | 'services' | 'routing'>) {
  const named = (suffixes: readonly string[]) =>
    `[${services.flatMap((service) => suffixes.map((suffix) => text(`${service}${suffix}`))).join(', ')}]`;
  const list = named(['']);
  const kinds = kindsOf(routing);
  const ownerOf = (of: string) =>
    `(${of} == null ? [] : [has(${of}.metadata.labels) && 'app' in ${of}.metadata.labels ? ${of}.metadata.labels.app : ''])`;
  const owners = `${ownerOf('object')} + ${ownerOf('oldObject')}`;
  const name = `(request.operation == 'DELETE' ? oldObject : object).metadata.name`;
  return {
    metadata: { name: RELEASE_OBJECTS_ONLY },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: everything,
      matchConditions: [
        ...requestsOf(RELEASE_ACCOUNT, namespace),
        // A read of a proxy passes admission as a connection, without an object; the role has nothing but GET of it.
        { name: 'has-object', expression: `request.operation != 'CONNECT'` },
      ],
      variables: [
        { name: 'name', expression: name },
        ...(kinds.some(({ perVersion }) => perVersion) ? [{ name: 'owners', expression: owners }] : []),
      ],
      validations: [
        {
          expression: [
            `request.resource.resource == 'leases' ? variables.name.startsWith('release-')`,
            `request.resource.resource == 'deployments' ? ${list}.exists(service, variables.name.startsWith(service + '-'))`,
            ...kinds
              .filter(({ suffixes, perVersion }) => perVersion || suffixes.some((suffix) => suffix !== ''))
              .map(({ plural, suffixes, perVersion }) => {
                const fixed = suffixes.length === 0 ? [] : [`variables.name in ${named(suffixes)}`];
                // Another service's name may begin with this one's: the label says whose object it is, and was.
                const ofVersion = `${list}.exists(service, variables.name.startsWith(service + '-') && variables.owners.all(owner, owner == service))`;
                return `request.resource.resource == '${plural}' ? ${[...fixed, ...(perVersion ? [ofVersion] : [])].join(' || ')}`;
              }),
            `variables.name in ${named([''])}`,
          ].join(' : '),
          message: `${RELEASE_ACCOUNT} takes steps: it may change the versions and routes of ${services.join(', ')}, and its lock`,
          reason: 'Forbidden',
        },
      ],
    },
  };
}

/** Puts a policy in force. */
export const denyBinding = (policy: string) => ({
  metadata: { name: policy },
  spec: { policyName: policy, validationActions: ['Deny'] },
});
