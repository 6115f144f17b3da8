import { applied, problemsOf, read, release, runProgram } from '../support';

const application = { layers: ['application'], namespace: 'shop' };
const jason = {
  match: [{ header: 'end-user', exact: 'jason' }],
  delay: { fixedDelay: '7s', percent: 100 },
  reason: 'does productpage survive slow ratings?',
  until: '2030-01-31',
};
const everyone = { abort: { httpStatus: 503, percent: 10 }, until: '2030-01-31T18:00:00Z' };
const withDrills = (...drills: object[]) => ({ ...application, routePolicies: { ratings: { drills } } });
const overdueAt = (now: string, values: Readonly<Record<string, unknown>>) =>
  read(values, { now: new Date(now) }).overdueDrills;

const over = (place: string, until: string, service = 'ratings') => ({
  path: `bookinfo:${place}.until`,
  problem: `was ${until}: the drill on ${service} is over, and still on`,
  remedy: 'remove the drill, or write a later end if it is to go on',
});

describe('drills', () => {
  it('are told by the stack: who, what, why and until when', async () => {
    const { outputs } = await runProgram(withDrills(jason, everyone));
    expect(outputs['drills']).toEqual([
      {
        service: 'ratings',
        who: 'requests with header end-user: jason',
        what: 'delayed 7s, 100 %',
        until: '2030-01-31',
        reason: 'does productpage survive slow ratings?',
      },
      {
        service: 'ratings',
        who: 'every other request',
        what: 'answered with 503, 10 %',
        until: '2030-01-31T18:00:00Z',
      },
    ]);
  });

  it('are no output where there are none', async () => {
    const { outputs } = await runProgram(application);
    expect(outputs).not.toHaveProperty('drills');
  });

  it('may go on until their end and not beyond it', () => {
    const values = withDrills(jason, everyone);
    expect(overdueAt('2030-01-31T17:59:59Z', values)).toEqual([]);
    expect(overdueAt('2030-01-31T18:00:00Z', values)).toEqual([
      over('routePolicies.ratings.drills[1]', '2030-01-31T18:00:00Z'),
    ]);
    // A day counts in full.
    expect(overdueAt('2030-01-31T23:59:59Z', withDrills(jason))).toEqual([]);
    expect(overdueAt('2030-02-01T00:00:00Z', values)).toEqual([
      over('routePolicies.ratings.drills[0]', '2030-01-31'),
      over('routePolicies.ratings.drills[1]', '2030-01-31T18:00:00Z'),
    ]);
  });

  it('go on for ever where no end is given', () => {
    expect(overdueAt('2999-01-01T00:00:00Z', withDrills({ ...jason, until: undefined }))).toEqual([]);
  });

  it('are refused before anything is declared when they are over', async () => {
    const { refusal, requests } = await runProgram(withDrills({ ...jason, until: '2020-01-31' }));
    expect(refusal).toMatchObject({ __pulumiRunError: true });
    expect(refusal?.message).toContain('bookinfo:routePolicies.ratings.drills[0].until was 2020-01-31');
    expect(requests).toEqual([]);
  });

  it('are told together with everything else that is wrong', () => {
    const values = { ...withDrills({ ...jason, until: '2020-01-31' }), namespace: 'No' };
    expect(problemsOf(() => read(values)).map(({ path }) => path)).toEqual([
      'bookinfo:namespace',
      'bookinfo:routePolicies.ratings.drills[0].until',
    ]);
  });

  it.each([
    ['the way back', '0', '25', { v1: 75, v2: 25 }, true],
    ['a part of the way back', '10', '25', { v1: 75, v2: 25 }, true],
    ['staying', '25', '25', { v1: 75, v2: 25 }, false],
    ['the way on', '50', '25', { v1: 75, v2: 25 }, false],
    ['the end of a rollback', 'baseline', '0', { v1: 100 }, false],
  ])('that are over and %s', async (_, step, from, weights: Record<string, number>, allowed) => {
    const values = {
      layers: ['application', 'release'],
      namespace: 'prod',
      release,
      step,
      routePolicies: { ratings: { drills: [{ ...jason, until: '2020-01-31' }] } },
    };
    const { refusal } = await runProgram(values, { last: applied(from, weights) });
    if (allowed) expect(refusal).toBeUndefined();
    else expect(refusal?.message).toContain('drills[0].until was 2020-01-31');
  });

  it('of a release belong to the stack that has its routes', () => {
    const drilled = { ...release, drills: [{ ...everyone, until: '2030-01-31' }] };
    const releasing = { layers: ['release'], namespace: 'shop', release: drilled, step: 'baseline' };
    const elsewhere = { ...application, release: drilled };
    const [early, late] = ['2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z'];
    expect(read(releasing, { now: new Date(early) }).drills).toMatchObject([{ service: 'reviews' }]);
    expect(overdueAt(late, releasing)).toEqual([over('release.drills[0]', '2030-01-31', 'reviews')]);
    expect(overdueAt(late, { ...releasing, release: [drilled] })).toEqual([
      over('release[0].drills[0]', '2030-01-31', 'reviews'),
    ]);
    expect(read(elsewhere, { now: new Date(early) }).drills).toEqual([]);
    expect(overdueAt(late, elsewhere)).toEqual([]);
  });
});
