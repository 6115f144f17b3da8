import type { Release } from '../../components/canary/pure';
import { roadKinds, routerOf } from '../../components/routing/pure';
import type { GateSettings } from '../gates';

/** One right in the application's namespace. */
export interface Right {
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

const changing = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

/** What a release does in its namespace: the program's objects of a step, the lock, and what the gate looks at. */
const needs = (
  release: Release,
  gates?: Pick<GateSettings, 'custom'>,
): readonly (readonly [group: string, resource: string, verbs: readonly string[]])[] => [
  ['apps', 'deployments', changing],
  ...routerOf(release).kinds.map(
    ({ apiVersion, plural }) => [apiVersion.split('/').at(-2) ?? '', plural, changing] as const,
  ),
  // Other roads to the service are looked for in whatever API has them.
  ...roadKinds.map(
    ({ apiVersion, plural }) => [apiVersion.split('/').at(-2) ?? '', plural, ['get', 'list']] as const,
  ),
  ['coordination.k8s.io', 'leases', ['get', 'create', 'patch', 'delete']],
  ['', 'pods', ['get', 'list', 'watch']],
  ['', 'events', ['list', 'watch']],
  ...(gates?.custom.some(({ kind }) => kind === 'job') === true
    ? [['batch', 'jobs', ['get', 'create', 'patch', 'delete']] as const]
    : []),
];

export const neededRights = (
  release: Release,
  namespace: string,
  gates?: Pick<GateSettings, 'custom'>,
): readonly Right[] => [
  ...new Map(
    needs(release, gates).flatMap(([group, resource, verbs]) =>
      verbs.map((verb) => [`${verb} ${resource}.${group}`, { namespace, group, resource, verb }] as const),
    ),
  ).values(),
];

export const rightText = ({ group, resource, verb }: Right): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/** The review that asks the API server for one right of whoever asks. */
export const rightsQuestion = ({ namespace, group, resource, verb }: Right): object => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: { namespace, group, resource, verb } },
});
