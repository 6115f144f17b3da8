import { UNKNOWN } from '../../../policies/model/unknown';
import { registry } from '../../../policies/registry';
import { ask, examples } from './cases';

/** What a policy says: where it finds, and for one that only undecides, where it cannot judge. */
const findingsOf = (policy: string, { findings, undecided }: ReturnType<typeof ask>): readonly string[] =>
  [...findings, ...(undecides(policy) ? undecided : [])]
    .filter((found) => found.policy === policy)
    .map(({ object, field }) => `${object} ${field}`);

function undecides(policy: string): boolean {
  return examples.find((entry) => entry.policy === policy)?.undecides === true;
}

const others = (
  policy: string,
  also: readonly string[] = [],
  { findings, undecided }: ReturnType<typeof ask>,
) =>
  [...findings, ...undecided]
    .filter((found) => found.policy !== policy && !also.some((id) => found.policy.startsWith(`${id}-`)))
    .map((found) => `${found.policy}: ${found.object} ${found.field}`);

test('the base breaks no policy and leaves none undecided', () => {
  const report = ask({ title: 'base' });
  expect(report.findings.map(({ policy, object, field }) => `${policy}: ${object} ${field}`)).toEqual([]);
  expect(report.undecided).toEqual([]);
  expect(report.policies).toBe(registry.length);
});

const holdsUnknown = (value: unknown): boolean =>
  value === UNKNOWN ||
  (typeof value === 'object' && value !== null && Object.values(value).some(holdsUnknown));

test('every policy has its cases: two bad, two good, one unknown', () => {
  expect(examples.map(({ policy }) => policy)).toEqual(registry.map(({ id }) => id));
  for (const { policy, bad, good, unknown } of examples) {
    const enough = { bad: bad.length >= 2, good: good.length >= 2, unknown: unknown.length >= 1 };
    expect({ policy, ...enough }).toEqual({ policy, bad: true, good: true, unknown: true });
    for (const { title, set, add } of unknown) {
      expect({ title, unknown: holdsUnknown([set, add]) }).toEqual({ title, unknown: true });
    }
  }
  // All but these read values of objects, and so have to say where they cannot.
  const blind = examples.filter(({ readsNoObject }) => readsNoObject !== undefined);
  expect(blind.map(({ policy }) => policy)).toEqual(['R38-block-list-age', 'R40-secret-mark']);
});

describe.each(examples.map((entry) => [entry.policy, entry] as const))(
  '%s',
  (policy, { bad, good, unknown, readsNoObject }) => {
    test.each(bad.map((given) => [given.title, given] as const))('refuses: %s', (_title, given) => {
      const report = ask(given);
      expect(findingsOf(policy, report)).toEqual(given.at);
      expect(others(policy, given.also, report)).toEqual([]);
    });

    test.each(good.map((given) => [given.title, given] as const))('accepts: %s', (_title, given) => {
      const report = ask(given);
      expect(findingsOf(policy, report)).toEqual([]);
      expect(report.undecided.filter((found) => found.policy === policy)).toEqual([]);
      expect(others(policy, given.also, report)).toEqual([]);
    });

    if (readsNoObject !== undefined) {
      test.each(unknown.map((given) => [given.title, given] as const))(
        'still judges: %s',
        (_title, given) => {
          const report = ask(given);
          expect(findingsOf(policy, report)).toEqual(given.at);
          expect(report.undecided.filter((found) => found.policy === policy)).toEqual([]);
        },
      );
      return;
    }
    test.each(unknown.map((given) => [given.title, given] as const))(
      'says it cannot judge: %s',
      (_title, given) => {
        const report = ask(given);
        const undecided = report.undecided.filter((found) => found.policy === policy);
        expect(undecided.map(({ object }) => object)).toEqual(expect.arrayContaining([...(given.at ?? [])]));
        expect(undecided.length).toBeGreaterThan(0);
        expect(
          undecided.every(({ enforcement }) => enforcement === 'mandatory' || enforcement === 'advisory'),
        ).toBe(true);
        expect(report.findings.filter((found) => found.policy === policy)).toEqual([]);
      },
    );
  },
);
