import type { JsonObject } from '../../../../rehearsal/provider/json';
import { previewed, previewedFromInputs } from '../../../../rehearsal/provider/preview';
import { UNKNOWN } from '../../../../rehearsal/provider/wire';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', uid: 'made-up', resourceVersion: '1' },
  spec: {
    clusterIP: '10.0.0.9',
    clusterIPs: ['10.0.0.9'],
    ports: [
      { port: 80, nodePort: 31000 },
      { port: 81, nodePort: 31001 },
    ],
  },
  status: {},
};

test('what a dry run makes up is unknown for a new object', () => {
  const inputs: JsonObject = { spec: { ports: [{ port: 80 }, { port: 81, nodePort: 31001 }] } };
  const state = previewed(service, inputs);
  expect(state).not.toHaveProperty('status');
  expect(state['metadata']).toMatchObject({
    name: 'web',
    uid: UNKNOWN,
    resourceVersion: UNKNOWN,
    creationTimestamp: UNKNOWN,
  });
  expect(state['spec']).toEqual({
    clusterIP: UNKNOWN,
    clusterIPs: UNKNOWN,
    ports: [
      { port: 80, nodePort: UNKNOWN },
      { port: 81, nodePort: 31001 },
    ],
  });
});

test('what an object has already stays known', () => {
  const state = previewed(service, {}, service);
  expect(state['metadata']).toMatchObject({ uid: 'made-up', resourceVersion: UNKNOWN });
  expect(state['spec']).toEqual(service.spec);
});

test('inputs alone leave open what the server will add', () => {
  const state = previewedFromInputs({ kind: 'Service', metadata: { name: 'web' }, spec: { ports: [] } });
  expect(state).toMatchObject({
    metadata: { name: 'web', uid: UNKNOWN },
    spec: { clusterIP: UNKNOWN, ports: [] },
  });
  expect(previewedFromInputs({ kind: 'Secret', metadata: {} })['data']).toBe(UNKNOWN);
});
