import { versionOfAnswer, type Directory } from '../../../../rehearsal/traffic/attribution';

/** Pods as their controllers name them; none of their names is asked for a version. */
const pods: Directory = new Map([
  ['reviews-v3-6db4dc4967-tlnsk', { service: 'reviews', version: 'v3' }],
  // A StatefulSet's, an Argo Rollout's and a Job's.
  ['ledger-0', { service: 'ledger', version: '2026-11' }],
  ['cart-7d9c8b6f5-x2x2x', { service: 'cart', version: 'green' }],
  ['import-28471920-abcde', { service: 'import', version: 'v1' }],
  ['web-v3-5d8f7c9b4-ccccc', { service: 'web', version: 'blue' }],
]);

test.each([
  ['ledger-0', 'ledger', '2026-11'],
  ['cart-7d9c8b6f5-x2x2x', 'cart', 'green'],
  ['import-28471920-abcde', 'import', 'v1'],
  // A name that looks like a version's says less than the label.
  ['web-v3-5d8f7c9b4-ccccc', 'web', 'blue'],
  ['web-v3-5d8f7c9b4-ccccc', 'cart', undefined],
  ['reviews-v9-6db4dc4967-unknown', 'reviews', undefined],
])('an answer of %s counts for %s as version %s', (podname, service, version) => {
  expect(versionOfAnswer(JSON.stringify({ podname }), service, pods)).toBe(version);
});

test('the pod is found in a page, with and without markup, in JSON, and in the bytes of a gRPC message', () => {
  const pod = 'reviews-v3-6db4dc4967-tlnsk';
  for (const body of [
    `<p>Reviews served by: <u>${pod}</u></p>`,
    `Reviews served by:\n <b><u>${pod}</u></b>`,
    JSON.stringify({ id: '0', podname: pod }),
    `\u00fa\u0001{"podname":"${pod}"}`,
  ]) {
    expect(versionOfAnswer(body, 'reviews', pods)).toBe('v3');
  }
  expect(versionOfAnswer('<p>Error fetching product reviews</p>', 'reviews', pods)).toBeUndefined();
});

test('in an answer that tells of its callees, the pod of the service that was asked for counts', () => {
  const ledger = { podname: 'ledger-0', calls: [] };
  const cart = { podname: 'cart-7d9c8b6f5-x2x2x', calls: [{ answer: ledger }] };
  const body = JSON.stringify({ podname: 'web-v3-5d8f7c9b4-ccccc', calls: [{ answer: cart }] });
  expect(['web', 'cart', 'ledger', 'import'].map((service) => versionOfAnswer(body, service, pods))).toEqual([
    'blue',
    'green',
    '2026-11',
    undefined,
  ]);
});
