import type { AppliedRelease } from '../../components/canary/pure';
import { examples, viewOf, type Case } from '../unit/policies/cases';
import { CaseStack, mandatory, type Given } from './engine';
import { settingsOf } from './settings';
import { inNinetyDays } from '../support/days';

/** What the stack remembers: reviews v2 at 10 per cent, as its routes say. */
const at10: AppliedRelease = {
  service: 'reviews',
  step: '10',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 25, 50, 100],
  weights: { v1: 90, v2: 10 },
  subsets: ['v1', 'v2'],
  mentioned: ['v1', 'v2'],
  since: '2026-11-01T00:00:00Z',
};

const exampleOf = (policy: string, part: 'bad' | 'good', title: string): Case => {
  const found = examples.find((entry) => entry.policy.startsWith(policy))?.[part];
  const example = found?.find((entry) => entry.title === title);
  if (example === undefined) throw new Error(`${policy} has no case "${title}"`);
  return example;
};

const given = (example: Case, more: Partial<Given> = {}): Given => ({
  objects: viewOf(example).objects,
  settings: settingsOf(example),
  ...more,
});

const base: Case = { title: 'base' };
const jump = exampleOf('R06', 'bad', 'from 10 to 50 past 25');
const dropped = exampleOf('R09', 'bad', 'subset and route go together');
const reselected = exampleOf('R35', 'bad', 'a label more');
const removed = exampleOf('R08', 'bad', 'a Deployment goes while it is routed');

const stack = new CaseStack();
afterAll(async () => {
  await stack.run(['destroy', '--yes', '--skip-preview', '--stack', 'prod'], {});
  stack.end();
});

const preview = async (what: Given, name?: string) => {
  const result = await stack.preview(what, name);
  return { failed: result.code !== 0, found: mandatory(result), output: result.output };
};

test('the first update has nothing to compare with and passes', async () => {
  await stack.init();
  const up = await stack.up(given(base, { releases: { reviews: at10 } }));
  if (up.code !== 0) throw new Error(up.output);
  expect(mandatory(up)).toEqual([]);
});

test.each([
  ['R06-step-jump', jump],
  ['R09-subset-and-route-removed', dropped],
  ['R35-selector-change', reselected],
])('after it, a preview of a bad case fails with %s and with nothing else', async (policy, example) => {
  const { failed, found, output } = await preview(given(example, { releases: { reviews: at10 } }));
  expect({ output, found, failed }).toEqual({ output, found: [policy], failed: true });
});

test('a version that goes while it is routed is seen from the state, beside the subset that loses its pods', async () => {
  const { failed, found } = await preview(given(removed, { releases: { reviews: at10 } }));
  expect({ found: [...found].sort(), failed }).toEqual({
    found: ['R03-subset-without-pods', 'R08-retired-version'],
    failed: true,
  });
});

test.each([
  ['the next step', exampleOf('R06', 'good', 'the next step'), at10],
  [
    'a jump that an override names',
    exampleOf('R06', 'good', 'a jump that an override names'),
    { ...at10, step: '50', override: { from: '10', to: '50', reason: 'incident' } },
  ],
] as const)('%s passes', async (_what, example, release) => {
  const { failed, found } = await preview(given(example, { releases: { reviews: release } }));
  expect({ found, failed }).toEqual({ found: [], failed: false });
});

describe('after an import', () => {
  const owned = ['VirtualService/prod/reviews', 'DestinationRule/prod/reviews'];
  const force = { 'metadata.annotations["pulumi.com/patchForce"]': 'true' };

  /** A case whose routing takes over the fields that belong to whoever made the objects. */
  const takingOver = ({ set = {}, ...example }: Case): Case => ({
    ...example,
    set: { ...set, ...Object.fromEntries(owned.map((id) => [id, { ...set[id], ...force }])) },
  });
  const exceptions = owned.map((object) => ({ object, reason: 'takes over', until: inNinetyDays() }));
  const packConfig = { 'R36-escape-hatch': { exceptions } };
  const far: Case = {
    ...base,
    set: {
      'VirtualService/prod/reviews': {
        'spec.http[1].route[0].weight': 30,
        'spec.http[1].route[1].weight': 70,
      },
    },
  };

  test('nothing has changed, so nothing is found', async () => {
    await stack.init('imported');
    const imported = await stack.import(viewOf(base).objects, 'imported');
    if (imported.code !== 0) throw new Error(imported.output);
    const same = await preview(given(base), 'imported');
    expect(same).toEqual({ found: [], failed: false, output: same.output });
  });

  test('the cluster itself refuses a change of what another program set, before stacks are judged', async () => {
    const refused = await preview(given(far), 'imported');
    expect(refused).toMatchObject({ found: [], failed: true });
    expect(refused.output).toContain('another field manager changed what this program sets: spec.http');
  });

  test('what takes the fields over is an escape hatch, and so needs an exception with an end', async () => {
    const refused = await preview(given(takingOver(base)), 'imported');
    expect(refused).toMatchObject({ found: ['R36-escape-hatch'], failed: true });
    const allowed = await preview(given(takingOver(base), { packConfig }), 'imported');
    expect(allowed).toEqual({ found: [], failed: false, output: allowed.output });
  });

  test.each([
    ['R06-step-jump', far],
    ['R09-subset-and-route-removed', dropped],
  ])('with it, %s compares with the objects that were imported', async (policy, example) => {
    const refused = await preview(given(takingOver(example), { packConfig }), 'imported');
    expect(refused).toEqual({ found: [policy], failed: true, output: refused.output });
  });
});

test('a lost state gives nothing to compare with: the objects themselves stop the preview', async () => {
  await stack.init('lost');
  const { failed, found, output } = await preview(given(jump), 'lost');
  expect({ failed, found }).toEqual({ failed: true, found: [] });
  expect(output).toMatch(/already exists|exists already/i);
});

test('policy pack config: an exception holds, one that has ended is a violation, others stay', async () => {
  const fault = exampleOf('R13', 'bad', 'a delay for everyone');
  const exception = { object: 'VirtualService/prod/reviews', reason: 'drill' };
  const configured = (until: string) => ({
    'R13-fault-in-production': { exceptions: [{ ...exception, until }] },
  });
  const releases = { reviews: at10 };
  const held = await preview(given(fault, { releases, packConfig: configured(inNinetyDays()) }));
  expect(held).toMatchObject({ found: [], failed: false });
  const ended = await preview(given(fault, { releases, packConfig: configured('2020-01-01') }));
  expect(ended).toMatchObject({ found: ['R13-fault-in-production'], failed: true });
  expect(ended.output).toContain('has ended');
});

test('policy pack config that is wrong stops the preview and names all that is wrong', async () => {
  const wrong = { 'R13-fault-in-production': { exceptions: [{ object: '', until: 'soon' }] } };
  const { failed, output } = await preview(given(base, { packConfig: wrong }));
  expect(failed).toBe(true);
  for (const part of ['exceptions[0].object is empty', 'exceptions[0].until', 'exceptions[0].reason']) {
    expect(output).toContain(part);
  }
});

test('the command reads the last state of a stack', async () => {
  const { code, output } = await stack.policies(['--stack', 'organization/cases/prod']);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('16 objects') as string });
});
