import { versionOfAnswer, versionOfPod } from '../../../../rehearsal/traffic/attribution';

test.each([
  ['reviews-v2-6db4dc4967-tlnsk', 'v2'],
  ['reviews-v10-6db4dc4967-tlnsk', 'v10'],
  ['reviews-2026-11-rc1-6db4dc4967-tlnsk', '2026-11-rc1'],
  ['reviews-v2', undefined],
  ['ratings-v1-6db4dc4967-tlnsk', undefined],
])('pod %s is of version %s', (pod, version) => {
  expect(versionOfPod(pod, 'reviews')).toBe(version);
});

test('the pod is found in a page, with and without markup, and in JSON', () => {
  const pod = 'reviews-v3-6db4dc4967-tlnsk';
  expect(versionOfAnswer(`<p>Reviews served by: <u>${pod}</u></p>`, 'reviews')).toBe('v3');
  expect(versionOfAnswer(`Reviews served by:\n <b><u>${pod}</u></b>`, 'reviews')).toBe('v3');
  expect(versionOfAnswer(JSON.stringify({ id: '0', podname: pod }), 'reviews')).toBe('v3');
  expect(versionOfAnswer('<p>Error fetching product reviews</p>', 'reviews')).toBeUndefined();
});

test('in an answer that tells of its callees, the pod of the service that was asked for counts', () => {
  const stock = { podname: 'stock-v1-5d8f7c9b4-aaaaa', calls: [] };
  const catalogue = { podname: 'catalogue-2026-11-5d8f7c9b4-bbbbb', calls: [{ answer: stock }] };
  const body = JSON.stringify({ podname: 'web-v3-5d8f7c9b4-ccccc', calls: [{ answer: catalogue }] });
  expect(['web', 'catalogue', 'stock', 'cart'].map((service) => versionOfAnswer(body, service))).toEqual([
    'v3',
    '2026-11',
    'v1',
    undefined,
  ]);
});
