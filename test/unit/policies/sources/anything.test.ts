import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { ProblemsError } from '../../../../components/validation';
import { readManifests } from '../../../../policies/sources/manifests';
import { mutated, seed } from '../../mutated';

const list = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews' }, spec: { ports: [{ port: 9080 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'reviews-v1' }, spec: { replicas: 1 } },
  ],
};

function isAnswered(text: string): 'objects' | 'problems' {
  try {
    readManifests([{ file: 'a.yaml', text }]);
    return 'objects';
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return 'problems';
  }
}

const yaml = stringify(list);
const cut = fc
  .tuple(
    fc.nat(yaml.length),
    fc.nat(yaml.length),
    fc.oneof(fc.string(), fc.constantFrom('\n', '\t', '---\n', '&a *a', '!!x')),
  )
  .map(([a, b, middle]) => yaml.slice(0, Math.min(a, b)) + middle + yaml.slice(Math.max(a, b)));

test('any text is objects or a list of problems', () => {
  const answers = new Set<string>();
  fc.assert(
    fc.property(
      fc.oneof(
        cut,
        mutated(list).map((each) => stringify(each)),
        fc.string(),
      ),
      (text) => {
        answers.add(isAnswered(text));
      },
    ),
    { numRuns: 200, seed },
  );
  expect([...answers].sort()).toEqual(['objects', 'problems']);
});

test('aliases that would unfold to millions of objects are refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
  );
  expect(isAnswered(['l0: &l0 x', ...levels].join('\n'))).toBe('problems');
});
