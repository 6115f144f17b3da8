import { evidenceOf } from '../../../../release/report/evidence';
import { dashboardLinks, trackOf } from '../../../../release/watch/view';
import { spanOf, viewOf } from '../../../../release/watch';
import { goodReport } from '../report/fixture';
import { played, strongest } from './fixture';

describe('the track', () => {
  it.each([
    ['baseline', undefined, ['here', 'ahead', 'ahead', 'ahead', 'ahead']],
    ['10', undefined, ['done', 'done', 'here', 'ahead', 'ahead']],
    ['finished', undefined, ['done', 'done', 'done', 'done', 'here']],
    ['0', { from: '50' }, ['done', 'here', 'ahead', 'left', 'ahead']],
    // A step that this release has not: nothing is marked rather than the wrong one.
    ['33', undefined, ['ahead', 'ahead', 'ahead', 'ahead', 'ahead']],
  ])('at %s, left %j', (here, left, states) => {
    const steps = ['baseline', '0', '10', '50', 'finished'];
    expect(trackOf(steps, here, left).map(({ state }) => state)).toEqual(states);
  });
});

describe('evidence', () => {
  it.each([
    ['none', {}, 'inconclusive', {}],
    [
      'half of the way, by its logarithm',
      { logEvidence: Math.log(10), alpha: 0.01 },
      'inconclusive',
      { against: 0.5 },
    ],
    ['for the canary', { logEvidence: -3, alpha: 0.01 }, 'inconclusive', { against: 0 }],
    [
      'a rate that is ruled out in part',
      { upperBound: 0.2, unacceptable: 0.05 },
      'inconclusive',
      { towards: 0.25 },
    ],
    ['some of the requests', { requests: 30, least: 100 }, 'inconclusive', { towards: 0.3 }],
    [
      'numbers that are not known',
      { logEvidence: null, alpha: 0.01, requests: null, least: 100 },
      'inconclusive',
      {},
    ],
    ['a check that condemns', { logEvidence: 1, alpha: 0.01 }, 'fail', { against: 1 }],
    ['a check that holds', { logEvidence: 0, alpha: 0.01 }, 'pass', { against: 0, towards: 1 }],
  ] as const)('%s', (_name, numbers, verdict, expected) => {
    const found = evidenceOf({ numbers, verdict });
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected))
      expect(found[key as 'against']).toBeCloseTo(value, 10);
  });
});

describe('links', () => {
  const about = { service: 'reviews', stable: 'v1', canary: 'v2', from: 1_000_000, to: 2_000_000 };
  it('lead to the same window, with some minutes around it', () => {
    const links = dashboardLinks(
      {
        guance: 'https://console.guance.com/scene/dashboard/d?id=1',
        grafana: 'https://grafana.example.org/d/istio',
      },
      about,
    );
    expect(links).toEqual([
      { name: 'Guance', href: 'https://console.guance.com/scene/dashboard/d?id=1&time=700000%2C2300000' },
      {
        name: 'Grafana',
        href: 'https://grafana.example.org/d/istio?from=700000&to=2300000&var-service=reviews&var-stable=v1&var-canary=v2',
      },
    ]);
  });
  it('are left out where no address was given', () => expect(dashboardLinks({}, about)).toEqual([]));
});

describe('a replay', () => {
  const good = played('good');
  const bad = played('bad');
  const [from, to] = spanOf(bad);
  const at = (report: typeof good, part: number) => viewOf(report, from + part * (spanOf(report)[1] - from));

  it('begins where nothing is known, and ends as the report does', () => {
    expect(viewOf(good, from)).toMatchObject({ standing: 'Starting', kind: 'busy', gate: undefined });
    expect(viewOf(good)).toMatchObject({ standing: 'Done', kind: 'pass', why: good.summary });
    expect(viewOf(bad)).toMatchObject({ standing: 'Rolled back', kind: 'fail', why: bad.summary });
    expect(viewOf(bad).versions[1]).toMatchObject({ name: 'v2', weight: 0 });
    expect(viewOf(bad).track.map(({ state }) => state)).toEqual([
      ...['done', 'here', 'ahead', 'left', 'ahead', 'ahead', 'ahead'],
    ]);
    expect(strongest(viewOf(bad))).toBe(1);
  });

  it('never knows what came later, whatever the moment', () => {
    for (const report of [good, bad]) {
      for (let moment = from; moment < to; moment += 7_000) {
        const view = viewOf(report, moment);
        const times = [
          ...view.events.map((event) => event.at),
          ...view.course.steps.map(({ startedAt }) => startedAt),
          ...view.course.steps.flatMap(({ gate }) => [
            gate?.endedAt ?? view.at,
            ...(gate?.points ?? []).map((each) => each.at),
          ]),
        ].map(Date.parse);
        expect(Math.max(...times)).toBeLessThanOrEqual(Date.parse(view.at));
        expect(view.track.filter(({ state }) => state === 'here')).toHaveLength(1);
      }
    }
  });

  it('shows the evidence as it grew, look by look', () => {
    const { gate } = bad.steps[1]!;
    const seen = gate!.points.map(({ at: moment }) => strongest(viewOf(bad, Date.parse(moment))));
    expect(seen[0]).toBeLessThan(0.5);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('has the weight only once the update is over', () => {
    const [first] = good.steps;
    const begun = Date.parse(first!.startedAt);
    expect(viewOf(good, begun + 1_000)).toMatchObject({
      standing: 'Taking step 10',
      versions: [{ weight: 100 }, { weight: 0 }],
    });
    expect(viewOf(good, begun + 3_000).versions[1]?.weight).toBe(10);
  });

  it('takes a moment before the beginning, or after the end, for that end', () => {
    expect(viewOf(good, 0).at).toBe(viewOf(good, from).at);
    expect(viewOf(good, Number.MAX_SAFE_INTEGER)).toEqual(viewOf(good));
    expect(at(good, 1).standing).toBe('Done');
  });

  it('reads a report of a version that had no plan in it', () => {
    expect(viewOf(goodReport()).track.map(({ name }) => name)).toEqual(['0', '10', '50', '100']);
  });
});
