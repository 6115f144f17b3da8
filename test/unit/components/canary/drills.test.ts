import * as fc from 'fast-check';
import { activeDrills, expiredDrills, type FaultDrill } from '../../../../components/canary/pure';
import { routeOnly } from '../../../../components/routing/istio/virtualService';
import { anyRelease } from './arbitraries';
import { jason, reviews } from './fixtures';

const delay = { fixedDelay: '7s', percent: 100 };
const now = new Date('2030-01-31T12:00:00Z');

describe('activeDrills', () => {
  test('says who is affected, how and until when', () => {
    const drill = { match: [jason], delay, reason: 'slow ratings', until: '2030-01-31' };
    expect(activeDrills({ ratings: { drills: [drill] }, details: { timeout: '1s' } })).toEqual([
      {
        service: 'ratings',
        who: 'requests with header end-user: jason',
        what: 'delayed 7s, 100 %',
        until: '2030-01-31',
        reason: 'slow ratings',
      },
    ]);
  });

  test.each<[FaultDrill, string, string]>([
    [{ delay }, 'every request', 'delayed 7s, 100 %'],
    [{ abort: { httpStatus: 503, percent: 0.5 } }, 'every request', 'answered with 503, 0.5 %'],
    [
      { delay, abort: { httpStatus: 500, percent: 10 } },
      'every request',
      'delayed 7s, 100 %; answered with 500, 10 %',
    ],
    [
      { match: [jason, { cookie: 'group', exact: 'b' }], delay },
      'requests with header end-user: jason or cookie group: b',
      'delayed 7s, 100 %',
    ],
    [
      { match: [{ header: 'end-user', prefix: 'ja' }], delay },
      'requests with header end-user that begins with ja',
      'delayed 7s, 100 %',
    ],
    [
      { match: [{ header: 'end-user', regex: 'j.*' }], delay },
      'requests with header end-user that matches j.*',
      'delayed 7s, 100 %',
    ],
  ])('%j', (drill, who, what) => {
    expect(activeDrills({ ratings: { drills: [drill] } })).toEqual([{ service: 'ratings', who, what }]);
  });

  test('tells the rest from everybody, and a release from nothing', () => {
    const release = reviews('v1', 'v2', { drills: [{ match: [jason], delay }, { delay }] });
    expect(activeDrills({ reviews: release }).map(({ who }) => who)).toEqual([
      'requests with header end-user: jason',
      'every other request',
    ]);
    expect(activeDrills({ reviews: reviews() })).toEqual([]);
  });

  test('lists each drill once, at whatever time it is asked', () => {
    fc.assert(
      fc.property(anyRelease, (release) => {
        const listed = activeDrills({ [release.service]: release });
        expect(listed).toHaveLength(release.drills?.length ?? 0);
        for (const { who, what } of listed) expect(`${who} ${what}`).not.toMatch(/undefined|; $/);
      }),
    );
  });
});

describe('expiredDrills', () => {
  const placed = (...drills: FaultDrill[]) => ({
    ratings: { policy: { drills }, path: 'bookinfo:routePolicies.ratings' },
  });

  test('names the drill that should be over, and what to do', () => {
    expect(expiredDrills(placed({ delay }, { delay, until: '2030-01-30' }), now)).toEqual([
      {
        path: 'bookinfo:routePolicies.ratings.drills[1].until',
        problem: 'was 2030-01-30: the drill on ratings is over, and still on',
        remedy: 'remove the drill, or write a later end if it is to go on',
      },
    ]);
  });

  test.each([
    ['2030-01-30', 1],
    ['2030-01-31', 0],
    ['2030-01-31T12:00:00Z', 1],
    ['2030-01-31T12:00:01Z', 0],
    ['2030-01-31T13:59:00+02:00', 1],
    ['2030-01-31T06:00:01-06:00', 0],
    [undefined, 0],
  ])('an end at %s: %d', (until, count) => {
    expect(expiredDrills(placed({ delay, until }), now)).toHaveLength(count);
  });
});

test('what is said of a drill changes no object', () => {
  const bare = { match: [jason], delay };
  const told = { ...bare, reason: 'slow ratings', until: '2030-01-31' };
  expect(routeOnly('ratings', { drills: [told] })).toEqual(routeOnly('ratings', { drills: [bare] }));
});
