import { imageFinding, quantityFinding } from '../../../../components/validation';

const digest = `sha256:${'a'.repeat(64)}`;

describe('imageFinding', () => {
  it.each([
    'nginx:1.27.3',
    'docker.io/istio/examples-bookinfo-reviews-v2:1.20.3',
    `docker.io/istio/examples-bookinfo-reviews-v2@${digest}`,
    `localhost:5000/shop/reviews:1.0.0@${digest}`,
    'registry.example.com:8443/a/b__c/d-e:v1',
  ])('takes %s', (image) => expect(imageFinding(image)).toBeUndefined());

  it.each([
    ['', 'is empty'],
    ['nginx', 'has neither a tag nor a digest'],
    ['localhost:5000/nginx', 'has neither a tag nor a digest'],
    ['ngi nx:1', 'has white space in it'],
    ['nginx:1:2', 'has the tag "1:2"'],
    ['nginx@sha256:1234', 'has a malformed digest'],
    ['Shop/Reviews:1', 'has upper-case letters in its repository ("Shop")'],
    ['shop/-reviews:1', 'has "-reviews" in its repository'],
  ])('refuses %j', (image, problem) => {
    const finding = imageFinding(image);
    expect(finding?.[0]).toBe(problem);
    expect(finding?.[1]).not.toBe('');
  });
});

describe('quantityFinding', () => {
  it.each(['1', '0.5', '200m', '128Mi', '2Gi', '1k'])('takes %s', (quantity) =>
    expect(quantityFinding(quantity, '200m')).toBeUndefined(),
  );

  it.each(['', 'half', '50 m', '1mi', '-1', '1e3x'])('refuses %j', (quantity) =>
    expect(quantityFinding(quantity, '200m or 128Mi')).toEqual([
      `is ${JSON.stringify(quantity)}, not a quantity`,
      'write a quantity such as 200m or 128Mi',
    ]),
  );
});
