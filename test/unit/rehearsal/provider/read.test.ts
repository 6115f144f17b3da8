import type { JsonObject } from '../../../../rehearsal/provider/json';
import { importedInputs, refreshedInputs, toState } from '../../../../rehearsal/provider/read';

const managed = (fieldsV1: JsonObject, manager = 'us') => [{ manager, operation: 'Apply', fieldsV1 }];

const inputs: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { mine: 'yes' } },
  spec: {
    replicas: 1,
    template: {
      spec: {
        containers: [{ name: 'c', image: 'a', cpu: '1000m', ports: [{ containerPort: 80 }], args: ['x'] }],
      },
    },
  },
};

const container = {
  'k:{"name":"c"}': {
    '.': {},
    'f:name': {},
    'f:image': {},
    'f:cpu': {},
    'f:args': {},
    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
  },
};

const owned = (more: JsonObject = {}): JsonObject => ({
  'f:metadata': { 'f:labels': { 'f:mine': {} } },
  'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': container } }, ...more },
});

const live = (fields: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u',
    labels: { mine: 'yes', theirs: 'yes' },
    managedFields: managed(fields),
  },
  spec: {
    replicas: 1,
    revisionHistoryLimit: 10,
    template: {
      spec: {
        containers: [
          { name: 'injected', image: 'proxy' },
          {
            name: 'c',
            image: 'a',
            cpu: '1',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            args: ['x'],
            pull: 'Always',
          },
        ],
      },
    },
    ...spec,
  },
});

test('defaults, other forms of the same value and what others added are no drift', () => {
  expect(refreshedInputs(inputs, live(owned()), 'us')).toEqual(inputs);
});

test('a field that another manager took over shows its live value', () => {
  const fields = owned();
  delete (fields['f:spec'] as JsonObject)['f:replicas'];
  expect(refreshedInputs(inputs, live(fields, { replicas: 4 }), 'us')).toEqual({
    ...inputs,
    spec: { ...(inputs['spec'] as JsonObject), replicas: 4 },
  });
});

test('a field that somebody removed is gone from the inputs', () => {
  const object = live({ 'f:spec': owned()['f:spec']! });
  (object['metadata'] as JsonObject)['labels'] = { theirs: 'yes' };
  const found = refreshedInputs(inputs, object, 'us');
  expect(found['metadata']).toEqual({ name: 'web', namespace: 'shop', labels: {} });
});

test('a map of which only the container is still ours shows what is in it now', () => {
  const fields = { ...owned(), 'f:metadata': { 'f:labels': { '.': {} } } };
  const object = live(fields);
  (object['metadata'] as JsonObject)['labels'] = { mine: 'changed' };
  const found = refreshedInputs(inputs, object, 'us');
  expect(found['metadata']).toMatchObject({ labels: { mine: 'changed' } });
});

test('an item of a keyed list that is gone leaves the list', () => {
  const object = live(
    owned({ 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"other"}': { '.': {} } } } } }),
    {
      template: { spec: { containers: [{ name: 'other' }] } },
    },
  );
  const found = refreshedInputs(inputs, object, 'us');
  expect(found['spec']).toMatchObject({ template: { spec: { containers: [] } } });
});

test('with all fields taken over, the inputs are what is there, in their own shape', () => {
  const object = live({}, { replicas: 2 });
  (object['metadata'] as JsonObject)['managedFields'] = managed({ 'f:spec': {} }, 'them');
  const found = refreshedInputs({ ...inputs, spec: { replicas: 1 } }, object, 'us');
  expect(found['spec']).toEqual({ replicas: 2 });
});

test('a webhook keeps its inputs when another manager writes the CA bundle beside them', () => {
  const webhook = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'istio' },
    webhooks: [
      { name: 'v.istio.io', clientConfig: { url: 'https://x' }, rules: [{ operations: ['CREATE'] }] },
    ],
  };
  const object = {
    ...webhook,
    metadata: {
      name: 'istio',
      managedFields: managed({
        'f:webhooks': {
          'k:{"name":"v.istio.io"}': {
            '.': {},
            'f:name': {},
            'f:clientConfig': { 'f:url': {} },
            'f:rules': {},
          },
        },
      }),
    },
    webhooks: [
      { ...webhook.webhooks[0], clientConfig: { url: 'https://x', caBundle: 'Q0E=' }, sideEffects: 'None' },
    ],
  };
  expect(refreshedInputs(webhook, object as JsonObject, 'us')).toEqual(webhook);
});

test('items of a set that are gone leave the list', () => {
  const object = {
    finalizers: ['b'],
    metadata: { managedFields: managed({ 'f:finalizers': { 'v:"b"': {} } }) },
  };
  expect(refreshedInputs({ finalizers: ['a', 'b'] }, object, 'us')).toEqual({ finalizers: ['b'] });
});

test('stringData is read back from data', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
    stringData: { a: 'one', b: 'two' },
  };
  const object = { ...secret, stringData: null, data: { a: Buffer.from('other').toString('base64') } };
  expect(refreshedInputs(secret, object, 'us')['stringData']).toEqual({ a: 'other' });
});

test('an import takes over what a person would have written', () => {
  const object = live(owned());
  (object['metadata'] as JsonObject)['annotations'] = { 'deployment.kubernetes.io/revision': '3' };
  const found = importedInputs({ ...object, status: { replicas: 1 } });
  expect(found['status']).toBeUndefined();
  expect(found['metadata']).toEqual({
    name: 'web',
    namespace: 'shop',
    labels: { mine: 'yes', theirs: 'yes' },
  });
});

test('the state remembers the field manager and leaves field ownership out', () => {
  const state = toState(live(owned()), 'us');
  expect(state['__fieldManager']).toBe('us');
  expect(state['__initialApiVersion']).toBe('apps/v1');
  expect(state['metadata']).not.toHaveProperty('managedFields');
});
