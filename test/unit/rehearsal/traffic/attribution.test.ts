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
