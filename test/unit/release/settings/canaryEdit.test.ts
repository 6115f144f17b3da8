import { parse } from 'yaml';
import { ProblemsError } from '../../../../components/validation';
import { withCanary } from '../../../../release/settings';

const flow = `# of the team
config:
  bookinfo:release:
    service: reviews # under release
    stable: {version: v1}
    canary: {version: v2, image: "registry.example.com/reviews:2", replicas: 3} # the new stars
    steps: [0, 10, 100]
  bookinfo:step: "10"
`;

const v3 = { version: 'v3' };

test('the canary is replaced with all that was written of it; the rest of the file stays', () => {
  expect(withCanary(flow, 'bookinfo', 'reviews', v3)).toBe(
    flow.replace('{version: v2, image: "registry.example.com/reviews:2", replicas: 3}', '{ version: v3 }'),
  );
});

test('with an image, in quotes where YAML needs them', () => {
  const text = withCanary(flow, 'bookinfo', 'reviews', {
    version: '1.10',
    image: 'r.example.com/reviews:1.10',
  });
  expect(text).toContain(
    '    canary: { version: "1.10", image: r.example.com/reviews:1.10 } # the new stars\n',
  );
});

test.each([
  ['a map with a key on each line', 'canary:\n      version: v2\n      image: a/b:2\n    steps: [0, 100]\n'],
  ['one with comments', 'canary: # why\n      # the version\n      version: v2 # new\n    steps: [0, 100]\n'],
  ['one at the end of the file', 'steps: [0, 100]\n    canary:\n      version: v2'],
  ['one with an anchor', 'steps: [0, 100]\n    canary: &new {version: v2}\n'],
])('%s', (_what, lines) => {
  const text = `config:\n  bookinfo:release:\n    service: reviews\n    stable: {version: v1}\n    ${lines}`;
  expect(parse(withCanary(text, 'bookinfo', 'reviews', v3))).toEqual({
    config: {
      'bookinfo:release': { service: 'reviews', stable: { version: 'v1' }, steps: [0, 100], canary: v3 },
    },
  });
});

test('in a list of releases the one of the service is meant', () => {
  const list = `config:
  release:
    - { service: ratings, stable: { version: v1 }, canary: { version: v2 }, steps: [0, 100] }
    - service: reviews
      canary: { version: v2 }
`;
  const text = withCanary(list, 'bookinfo', 'reviews', v3);
  expect(text).toBe(list.replace('      canary: { version: v2 }', '      canary: { version: v3 }'));
});

test.each([
  ['no release', 'config:\n  bookinfo:step: "10"\n', /has no canary of reviews/],
  [
    'a release of another service',
    flow.replace('service: reviews', 'service: ratings'),
    /has no canary of reviews/,
  ],
  [
    'a canary that is an alias',
    flow.replace(/canary: \{[^}]*\}/, 'canary: *v2'),
    /does not write its canary as a map/,
  ],
  ['no config', 'a: b\n', /has no canary of reviews/],
])('%s is refused', (_what, text, problem) => {
  const act = () => withCanary(text, 'bookinfo', 'reviews', v3, 'Pulumi.prod.yaml');
  expect(act).toThrow(ProblemsError);
  expect(act).toThrow(problem);
  expect(act).toThrow(/Pulumi\.prod\.yaml: bookinfo:release/);
});
