import { withRoutingKey } from '../../../../release/settings';

const one = `# The release of reviews.
config:
  bookinfo:release:
    service: reviews # ours
    steps: [0, 10, 100]
  bookinfo:step: "10"
`;
const several = `config:
  bookinfo:release:
    - { service: ratings, steps: [0, 100] }
    - steps: [0, 100]
      service: reviews
`;
const key = (text: string, service: string, to: 'httpRoute' | 'tcp') =>
  withRoutingKey(text, 'bookinfo', service, to);

test.each([
  ['added', one, one.replace('# ours\n', '# ours\n    routing: httpRoute\n')],
  ['added at the end of the file', several.trimEnd(), `${several}      routing: httpRoute`],
  [
    'replaced',
    one.replace('# ours\n', '# ours\n    routing: "grpcRoute" # by hand\n'),
    one.replace('# ours\n', '# ours\n    routing: httpRoute # by hand\n'),
  ],
  [
    'filled in',
    one.replace('# ours\n', '# ours\n    routing: tcp\n'),
    one.replace('# ours\n', '# ours\n    routing: httpRoute\n'),
  ],
])('one line is %s, and all else stays as it was written', (_what, before, after) => {
  expect(key(before, 'reviews', 'httpRoute')).toBe(after);
});

test('of several releases it is the one of the service, in the manner in which it is written', () => {
  expect(key(several, 'ratings', 'tcp')).toBe(several.replace('ratings,', 'ratings, routing: tcp,'));
});

test('a file without a release of that service is refused', () => {
  expect(() => key(one, 'ratings', 'tcp')).toThrow(/no release of ratings/);
  expect(() => key('config: {}\n', 'reviews', 'tcp')).toThrow(/no release/);
});
