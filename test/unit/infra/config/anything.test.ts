import * as fc from 'fast-check';
import { ProblemsError } from '../../../../components/validation';
import { readSettings, type RawConfig } from '../../../../infra/config';
import { mutated, seed } from '../../mutated';
import { applicationParts, platformParts, release } from '../support';

const application = {
  layers: ['application', 'release'],
  ...applicationParts,
  ...{
    release,
    step: '10',
    images: { 'reviews-v2': 'registry.example.com/reviews:2' },
    replicas: { reviews: 2 },
  },
  override: { from: '0', to: '50', reason: 'a test' },
  hosts: ['shop.example.com'],
};
const platform = { layers: ['platform'], ...platformParts };

/** Settings, or a list of problems that each say where and what to do. Anything else that is thrown fails the test. */
function isAnswered(values: object, secrets: RawConfig['secrets']): 'settings' | 'problems' {
  try {
    readSettings({ values: values as Record<string, unknown>, secrets, problems: [] }, 'prod');
    return 'settings';
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { path, problem, remedy } of error.problems) {
      if (!path.startsWith('bookinfo:') || problem === '' || remedy === '')
        throw new Error(`says too little: ${JSON.stringify({ path, problem, remedy })}`, { cause: error });
    }
    return 'problems';
  }
}

test.each<[string, object, RawConfig['secrets']]>([
  ['an application', application, []],
  ['a platform', platform, ['datakitToken']],
])(
  'a config of %s that is wrong anywhere is read or refused in words, never by a crash',
  (_what, values, secrets) => {
    expect(isAnswered(values, secrets)).toBe('settings');
    const answers = new Set<string>();
    fc.assert(
      fc.property(mutated(values), (broken) => {
        answers.add(isAnswered(broken, secrets));
      }),
      { numRuns: 100, seed },
    );
    expect([...answers].sort()).toEqual(['problems', 'settings']);
  },
);

test.each([
  ['DataKit that is nothing', { datakit: null }],
  ['a pipeline that is nothing', { datakit: { clusterName: 'shop', pipelines: { x: null } } }],
  ['a pipeline without steps', { datakit: { clusterName: 'shop', pipelines: { x: { steps: 'none' } } } }],
])('%s is refused in words', (_what, parts) => {
  expect(isAnswered({ ...platform, ...parts }, ['datakitToken'])).toBe('problems');
});
