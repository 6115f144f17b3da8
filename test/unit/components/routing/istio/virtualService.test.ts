import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { allSteps, planStep, type Release, type Step } from '../../../../../components/canary';
import { destinationRule } from '../../../../../components/routing/istio/destinationRule';
import {
  routeOnly,
  virtualService,
  type HttpRoute,
} from '../../../../../components/routing/istio/virtualService';
import { anyRelease } from '../../canary/arbitraries';
import { jason, reviews } from '../../canary/fixtures';

const http = (release: Release, step: Step): readonly HttpRoute[] =>
  virtualService(planStep(release, step), release).spec.http;
const to = (subset: string) => ({ destination: { host: 'reviews', subset } });
const delay = { fixedDelay: '7s', percent: 100 };
const writtenDelay = { delay: { fixedDelay: '7s', percentage: { value: 100 } } };
const forJason = [{ headers: { 'end-user': { exact: 'jason' } } }];

/** Reads a route list the way Envoy does: the first route of which one match has all its headers. */
function routeOf(routes: readonly HttpRoute[], headers: Readonly<Record<string, string>>): HttpRoute {
  const fits = (name: string, match: object) => {
    const value = headers[name];
    if (value === undefined) return false;
    if ('exact' in match) return value === match.exact;
    if ('prefix' in match) return value.startsWith(match.prefix as string);
    return new RegExp(`^(?:${(match as { regex: string }).regex})$`).test(value);
  };
  const found = routes.find(
    ({ match }) =>
      match === undefined ||
      match.some((one) => Object.entries(one.headers).every(([name, value]) => fits(name, value))),
  );
  if (found === undefined) throw new Error('no route');
  return found;
}

describe('the objects', () => {
  test('a DestinationRule with a subset for each Deployment', () => {
    expect(destinationRule(planStep(reviews(), 0), reviews(), { namespace: 'prod' })).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'reviews', namespace: 'prod', labels: { app: 'reviews' } },
      spec: {
        host: 'reviews',
        subsets: [
          { name: 'v1', labels: { version: 'v1' } },
          { name: 'v2', labels: { version: 'v2' } },
        ],
      },
    });
  });

  test('a VirtualService with whole weights', () => {
    const release = reviews();
    expect(
      virtualService(planStep(release, 10), release, { host: 'reviews.prod.svc.cluster.local' }),
    ).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'reviews', labels: { app: 'reviews' } },
      spec: {
        hosts: ['reviews.prod.svc.cluster.local'],
        http: [
          {
            name: 'default',
            route: [
              { destination: { host: 'reviews.prod.svc.cluster.local', subset: 'v1' }, weight: 90 },
              { destination: { host: 'reviews.prod.svc.cluster.local', subset: 'v2' }, weight: 10 },
            ],
          },
        ],
      },
    });
  });

  test.each<[Step, string]>([
    ['baseline', 'v1'],
    [0, 'v1'],
    [100, 'v2'],
    ['finished', 'v2'],
  ])('%s names one version and no weight', (step, version) => {
    expect(http(reviews(), step)).toEqual([{ name: 'default', route: [to(version)] }]);
  });
});

describe('besides the weight', () => {
  test('match goes first, at every weight and only there', () => {
    const release = reviews('v1', 'v2', { match: [jason, { cookie: 'group', exact: 'b.c' }] });
    const first = {
      name: 'canary-match',
      match: [
        { headers: { 'end-user': { exact: 'jason' } } },
        { headers: { cookie: { regex: '^(.*;\\s*)?group=b\\.c(;.*)?$' } } },
      ],
      route: [to('v2')],
    };
    for (const weight of release.steps) expect(http(release, weight)[0]).toEqual(first);
    expect(http(release, 'baseline')).toHaveLength(1);
    expect(http(release, 'finished')).toHaveLength(1);
  });

  test('mirror at 0 only', () => {
    const release = reviews('v1', 'v2', { mirror: { percent: 12.5 } });
    expect(http(release, 0)).toEqual([
      {
        name: 'default',
        route: [to('v1')],
        mirror: { host: 'reviews', subset: 'v2' },
        mirrorPercentage: { value: 12.5 },
      },
    ]);
    for (const step of ['baseline', 10, 100, 'finished'] as const) {
      expect(JSON.stringify(http(release, step))).not.toContain('mirror');
    }
  });

  const sticky = { cookie: 'seen', maxAgeSeconds: 60 };

  test('sticky between 0 and 100: both versions give a cookie that leads back to them', () => {
    const release = reviews('v1', 'v2', { sticky, steps: [0, 25, 100] });
    const cookie = (group: string) => ({ cookie: { regex: `^(.*;\\s*)?seen=${group}(;.*)?$` } });
    const gives = (group: string) => ({
      response: { add: { 'Set-Cookie': `seen=${group}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax` } },
    });
    expect(http(release, 25)).toEqual([
      { name: 'canary-sticky', match: [{ headers: cookie('v2-25') }], route: [to('v2')] },
      { name: 'stable-sticky', match: [{ headers: cookie('v2-100') }], route: [to('v1')] },
      {
        name: 'default',
        route: [
          { ...to('v2'), weight: 25, headers: gives('v2-25') },
          { ...to('v1'), weight: 75, headers: gives('v2-100') },
        ],
      },
    ]);
    for (const step of ['baseline', 0, 100, 'finished'] as const) {
      expect(JSON.stringify(http(release, step))).not.toMatch(/cookie/i);
    }
  });

  test('the share of users is the weight at each step, whenever they came, and none of them goes to and fro', () => {
    fc.assert(
      fc.property(anyRelease, (any) => {
        const release = { ...any, sticky, match: undefined, drills: undefined };
        const between = release.steps.filter((step) => step > 0 && step < 100);
        for (const came of between) {
          // One user of each cookie that is given at this step, with the share of users that get it.
          const users = http(release, came)
            .at(-1)!
            .route.map(({ weight, headers }) => ({
              share: weight ?? 100,
              cookie: headers!.response.add['Set-Cookie']!.split(';')[0]!,
            }));
          const sees = (step: number, cookie: string) =>
            routeOf(http(release, step), { cookie }).route.map(({ destination }) => destination.subset);
          for (const step of between) {
            const shares = users.filter(({ cookie }) => sees(step, cookie)[0] === release.canary.version);
            expect(shares.reduce((sum, { share }) => sum + share, 0)).toBe(step);
            for (const { cookie } of users) expect(sees(step, cookie)).toHaveLength(1);
          }
        }
      }),
    );
  });

  test.each([
    ['seen=v2-10', 'canary-sticky'],
    ['a=b; seen=v2-10', 'canary-sticky'],
    ['seen=v2-10; a=b', 'canary-sticky'],
    ['a=b;seen=v2-10;c=d', 'canary-sticky'],
    ['seen=v2-100', 'stable-sticky'],
    ['a=b; seen=v2-25; c=d', 'stable-sticky'],
    ['seen=v2-1', 'default'],
    ['unseen=v2-10', 'default'],
    ['seen=v3-10', 'default'],
    ['a=seen=v2-10', 'default'],
  ])('the cookie header %j is for %s', (cookie, route) => {
    const routes = http(reviews('v1', 'v2', { sticky: { cookie: 'seen' } }), 10);
    expect(routeOf(routes, { cookie }).name).toBe(route);
  });

  test('two cookies are found in either order', () => {
    const release = reviews('v1', 'v2', {
      match: [{ cookie: 'group', exact: 'b' }],
      drills: [{ match: [{ cookie: 'tester', exact: 'yes' }], delay }],
    });
    const name = (cookie: string) => routeOf(http(release, 10), { cookie }).name;
    expect(name('group=b; tester=yes')).toBe('drill-1-canary-match');
    expect(name('x=1; tester=yes; y=2; group=b; z=3')).toBe('drill-1-canary-match');
    expect(name('tester=yes')).toBe('drill-1-default');
    expect(name('group=b')).toBe('canary-match');
    expect(name('group=c')).toBe('default');
  });

  test('time-out and retries stand on every route', () => {
    const policy = { timeout: '10s', retries: { attempts: 2, perTryTimeout: '2s', retryOn: '5xx' } };
    const release = reviews('v1', 'v2', { ...policy, match: [jason], drills: [{ match: [jason], delay }] });
    const routes = http(release, 10);
    expect(routes.length).toBeGreaterThan(1);
    for (const route of routes) expect(route).toMatchObject(policy);
  });
});

describe('drills', () => {
  test('the same requests as the match: one route, not two', () => {
    const release = reviews('v1', 'v2', { match: [jason], drills: [{ match: [jason], delay }] });
    expect(http(release, 10).map(({ name }) => name)).toEqual(['drill-1-canary-match', 'default']);
  });

  test('other requests than the match: weights stay under the drill', () => {
    const release = reviews('v1', 'v2', {
      match: [{ header: 'x-group', exact: 'b' }],
      drills: [{ match: [jason], delay }],
    });
    expect(http(release, 10)).toEqual([
      {
        name: 'drill-1-canary-match',
        match: [{ headers: { 'end-user': { exact: 'jason' }, 'x-group': { exact: 'b' } } }],
        fault: writtenDelay,
        route: [to('v2')],
      },
      {
        name: 'drill-1-default',
        match: forJason,
        fault: writtenDelay,
        route: [
          { ...to('v1'), weight: 90 },
          { ...to('v2'), weight: 10 },
        ],
      },
      { name: 'canary-match', match: [{ headers: { 'x-group': { exact: 'b' } } }], route: [to('v2')] },
      {
        name: 'default',
        route: [
          { ...to('v1'), weight: 90 },
          { ...to('v2'), weight: 10 },
        ],
      },
    ]);
  });

  test('a drill for everybody takes the place of the routes it repeats', () => {
    const release = reviews('v1', 'v2', {
      drills: [{ match: [jason], delay }, { abort: { httpStatus: 503, percent: 0.5 } }],
    });
    expect(http(release, 'baseline')).toEqual([
      { name: 'drill-1-default', match: forJason, fault: writtenDelay, route: [to('v1')] },
      {
        name: 'drill-2-default',
        fault: { abort: { httpStatus: 503, percentage: { value: 0.5 } } },
        route: [to('v1')],
      },
    ]);
  });

  test('jason waits 7 s for ratings, which is not under release', () => {
    const policy = { timeout: '10s', drills: [{ match: [jason], delay }] };
    expect(routeOnly('ratings', policy, { namespace: 'prod' })).toEqual({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'ratings', namespace: 'prod', labels: { app: 'ratings' } },
      spec: {
        hosts: ['ratings'],
        http: [
          {
            name: 'drill-1-default',
            match: forJason,
            fault: writtenDelay,
            route: [{ destination: { host: 'ratings' } }],
            timeout: '10s',
          },
          { name: 'default', route: [{ destination: { host: 'ratings' } }], timeout: '10s' },
        ],
      },
    });
  });

  const request = fc
    .record({
      user: fc.constantFrom(undefined, 'jason', 'ann', 'bob'),
      group: fc.constantFrom(undefined, 'jason', 'zoe'),
      cookies: fc.uniqueArray(
        fc.constantFrom('group=a', 'group=b', 'tester=a', 'tester=b', 'seen=v2-10', 'seen=v2-100', 'x=y'),
        {
          maxLength: 3,
          selector: (cookie) => cookie.split('=')[0],
        },
      ),
    })
    .map(({ user, group, cookies }): Record<string, string> => ({
      ...(user === undefined ? {} : { 'end-user': user }),
      ...(group === undefined ? {} : { 'x-group': group }),
      ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
    }));

  test('never change which versions answer a request', () => {
    let faults = 0;
    fc.assert(
      fc.property(anyRelease, request, (release, headers) => {
        for (const step of allSteps(release)) {
          const drilled = routeOf(http(release, step), headers);
          const plain = routeOf(http({ ...release, drills: undefined }, step), headers);
          expect(drilled.route).toEqual(plain.route);
          expect(drilled.name.replace(/^drill-\d-/, '')).toBe(plain.name);
          if (drilled.fault !== undefined) faults += 1;
        }
      }),
      { numRuns: 500 },
    );
    expect(faults).toBeGreaterThan(20);
  });

  test('share no object, so that YAML has no anchors', () => {
    const release = reviews('v1', 'v2', {
      match: [{ header: 'x-group', exact: 'b' }],
      drills: [{ match: [jason], delay }],
    });
    expect(stringify(http(release, 10))).not.toMatch(/[&*]a\d/);
  });

  test('no route stands behind one that takes all its requests', () => {
    fc.assert(
      fc.property(anyRelease, (release) => {
        for (const step of allSteps(release)) {
          const routes = http(release, step);
          const open = routes.filter(({ match }) => match === undefined);
          expect(open).toEqual([routes.at(-1)]);
          const matches = routes.flatMap(({ match }) => (match ?? []).map((one) => JSON.stringify(one)));
          expect(new Set(matches).size).toBe(matches.length);
          expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
        }
      }),
    );
  });
});
