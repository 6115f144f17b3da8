import { registry } from '../../../policies/registry';
import { ask, examples } from './cases';

const findingsOf = (policy: string, { findings }: ReturnType<typeof ask>): readonly string[] =>
  findings.filter((found) => found.policy === policy).map(({ object, field }) => `${object} ${field}`);

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

test('every policy has its cases: two bad, two good, one unknown', () => {
  expect(examples.map(({ policy }) => policy)).toEqual(registry.map(({ id }) => id));
  for (const { policy, bad, good, unknown, readsNoObject } of examples) {
    const asked = unknown.length >= 1 || readsNoObject !== undefined;
    expect({ policy, bad: bad.length >= 2, good: good.length >= 2, unknown: asked }).toEqual({
      ...{ policy, bad: true, good: true, unknown: true },
    });
  }
});

describe.each(examples.map((entry) => [entry.policy, entry] as const))(
  '%s',
  (policy, { bad, good, unknown }) => {
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

    if (unknown.length === 0) return;
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
        expect(findingsOf(policy, report)).toEqual([]);
      },
    );
  },
);
