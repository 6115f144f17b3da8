import { checkTimeouts, type CallGraph, type RoutePolicy } from '../../../../components/canary/pure';

const graph: CallGraph = [
  { caller: 'productpage', callee: 'details', clientTimeout: '3s' },
  { caller: 'productpage', callee: 'reviews', clientTimeout: '3s' },
  { caller: 'reviews', callee: 'ratings', clientTimeout: '10s' },
];

const check = (policies: Record<string, RoutePolicy>, edges = graph) =>
  checkTimeouts(
    edges,
    Object.fromEntries(
      Object.entries(policies).map(([service, policy]) => [
        service,
        { policy, path: `bookinfo:routes.${service}` },
      ]),
    ),
  );

test.each<[string, Record<string, RoutePolicy>]>([
  ['nothing is bounded', {}],
  ['budgets shrink down the graph', { reviews: { timeout: '2.5s' }, ratings: { timeout: '2s' } }],
  [
    'a retry budget below the client time-out',
    { details: { retries: { attempts: 1, perTryTimeout: '1s' } } },
  ],
  ['a service nobody calls', { productpage: { timeout: '1s' } }],
])('is content when %s', (_name, policies) => {
  expect(check(policies)).toEqual([]);
});

test('a client that gives up before the budget is spent', () => {
  expect(check({ details: { retries: { attempts: 2, perTryTimeout: '1s' } } })).toEqual([
    {
      path: 'bookinfo:routes.details.retries',
      problem: 'lets a call from productpage to details take 3s, but productpage gives up after 3s',
      remedy: 'bring it below 3s, the time-out built into productpage',
    },
  ]);
});

test("a route whose time-out is not above its callee's", () => {
  expect(check({ reviews: { timeout: '2s' }, ratings: { timeout: '2s' } })).toEqual([
    {
      path: 'bookinfo:routes.reviews.timeout',
      problem: 'gives reviews 2s, but its call to ratings may take 2s',
      remedy: 'write more than 2s, or shorten bookinfo:routes.ratings.timeout',
    },
  ]);
});

test('with retries it is one try that must last', () => {
  const problems = check({
    reviews: { timeout: '2.9s', retries: { attempts: 1, perTryTimeout: '1s' } },
    ratings: { timeout: '1s' },
  });
  expect(problems).toEqual([
    expect.objectContaining({ path: 'bookinfo:routes.reviews.retries.perTryTimeout' }),
  ]);
});

test('looks through a service without a policy of its own', () => {
  expect(check({ ratings: { timeout: '5s' } })).toEqual([
    {
      path: 'bookinfo:routes.ratings.timeout',
      problem:
        'lets a call from productpage to reviews take 5s (through ratings), but productpage gives up after 3s',
      remedy: 'bring it below 3s, the time-out built into productpage',
    },
  ]);
});

test('ends on a circle of calls', () => {
  const circle: CallGraph = [
    { caller: 'a', callee: 'b' },
    { caller: 'b', callee: 'a' },
    { caller: 'b', callee: 'c', clientTimeout: '1s' },
  ];
  expect(check({ c: { timeout: '900ms' } }, circle)).toEqual([]);
  expect(check({ c: { timeout: '2s' } }, circle)).toEqual([
    expect.objectContaining({ path: 'bookinfo:routes.c.timeout' }),
  ]);
});
