import { appliedByProvider } from '../../../../release/cluster/appliedFields';

// How the API server writes managed fields: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
// The provider's name for itself: pulumi-kubernetes, provider/pkg/await/await.go, "pulumi-kubernetes-" and eight digits.
const routes = [{ route: [{ destination: { host: 'reviews', subset: 'v1' }, weight: 90 }] }];
const own = {
  manager: 'pulumi-kubernetes-0a1b2c3d',
  operation: 'Apply',
  apiVersion: 'networking.istio.io/v1',
  fieldsType: 'FieldsV1',
  fieldsV1: {
    'f:metadata': { 'f:labels': { 'f:app': {} } },
    'f:spec': { 'f:hosts': {}, 'f:http': {} },
  },
};
const live = (change: Readonly<Record<string, unknown>> = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    ...{ name: 'reviews', namespace: 'prod', uid: 'u', resourceVersion: '7', generation: 3 },
    labels: { app: 'reviews', team: 'of somebody else' },
    managedFields: [own],
    ...change,
  },
  spec: { hosts: ['reviews'], http: routes, exportTo: ['.'] },
});

test('an object as the provider applied it: its own fields, and not what others or the server have added', () => {
  expect(appliedByProvider(live())).toEqual({
    fieldManager: 'pulumi-kubernetes-0a1b2c3d',
    object: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'reviews', namespace: 'prod', labels: { app: 'reviews' } },
      spec: { hosts: ['reviews'], http: routes },
    },
  });
});

test('a list that is owned element by element is taken whole', () => {
  const keyed = {
    ...own,
    fieldsV1: { 'f:spec': { 'f:http': { 'k:{"name":"a"}': { '.': {}, 'f:route': {} } } } },
  };
  expect(appliedByProvider(live({ managedFields: [keyed] }))?.object.spec).toEqual({ http: routes });
});

test('a manager that the object names itself counts', () => {
  const named = {
    annotations: { 'pulumi.com/patchFieldManager': 'platform-team' },
    managedFields: [{ ...own, manager: 'platform-team' }],
  };
  expect(appliedByProvider(live(named))?.fieldManager).toBe('platform-team');
  expect(appliedByProvider(live({ ...named, managedFields: [own] }))).toBeUndefined();
});

test.each([
  ['nothing', undefined],
  ['an object without managed fields', live({ managedFields: undefined })],
  ['one that kubectl applied', live({ managedFields: [{ ...own, manager: 'kubectl' }] })],
  [
    'one that the provider has updated and not applied',
    live({ managedFields: [{ ...own, operation: 'Update' }] }),
  ],
  ['one of which the provider has the status', live({ managedFields: [{ ...own, subresource: 'status' }] })],
  ['one of which it has only labels', live({ managedFields: [{ ...own, fieldsV1: { 'f:metadata': {} } }] })],
  ['one of two programs', live({ managedFields: [own, { ...own, manager: 'pulumi-kubernetes-99999999' }] })],
  ['text', 'VirtualService'],
])('%s does not show it', (_what, object) => {
  expect(appliedByProvider(object)).toBeUndefined();
});
