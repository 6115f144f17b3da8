import { filledIn, judgeQuery, type QueryCheck } from '../../../../../release/gates';
import type { QueryAnswer } from '../../../../../release/metrics';

const check = (bounds: Partial<QueryCheck>): QueryCheck => ({
  ...{ kind: 'query', name: 'rate', query: 'q', language: 'promql', failures: 3 },
  ...bounds,
});
const value = (of: number): QueryAnswer => ({ kind: 'value', value: of });
const none = (reason: 'empty' | 'unreachable'): QueryAnswer => ({ kind: 'none', reason, detail: 'why' });
const times = { ofStable: { atMost: 1.5, atLeast: 0.5 } };

test.each<[string, Partial<QueryCheck>, QueryAnswer, QueryAnswer | undefined, string]>([
  ['below its bound', { below: 5 }, value(4.9), undefined, 'good'],
  ['at a bound that it has to be below', { below: 5 }, value(5), undefined, 'bad'],
  ['at a bound that it has to be above', { above: 5 }, value(5), undefined, 'bad'],
  ['between two', { above: -1, below: 1 }, value(0), undefined, 'good'],
  ['no number of the canary', { below: 5 }, none('empty'), undefined, 'absent'],
  ['a source that does not answer', { below: 5 }, none('unreachable'), undefined, 'unknown'],
  ['as often as the stable version', times, value(10), value(10), 'good'],
  ['at most so often', times, value(15), value(10), 'good'],
  ['more often', times, value(15.1), value(10), 'bad'],
  ['less often', times, value(4.9), value(10), 'bad'],
  ['zero of both', times, value(0), value(0), 'good'],
  ['something where the stable version has nothing', times, value(1), value(0), 'bad'],
  ['a number below zero', times, value(-1), value(-2), 'unknown'],
  ['no number of the stable version', times, value(1), none('empty'), 'unknown'],
  [
    'out of its own bound, whatever the stable version does',
    { ...times, below: 5 },
    value(6),
    none('empty'),
    'bad',
  ],
])('%s', (_, bounds, canary, stable, state) => {
  expect(judgeQuery(check(bounds), canary, stable).state).toBe(state);
});

test('names of the release go into the text', () => {
  const names = { version: 'v2', service: 'reviews', namespace: 'prod' };
  expect(filledIn('a{v="{{version}}",n="{{ namespace }}"} / b{s="{{service}}"}', names)).toBe(
    'a{v="v2",n="prod"} / b{s="reviews"}',
  );
});
