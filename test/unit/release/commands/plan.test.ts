import { appliedRelease, type Release, type Step } from '../../../../components/canary/pure';
import { plainCommands, shellWord } from '../../../../release/commands/plainCommands';
import { planSteps, wayTo } from '../../../../release/commands/plan';
import { resolveGateSettings } from '../../../../release/gates';

const release: Release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 50, 100],
};
const v3: Release = { ...release, canary: { version: 'v3' } };
const gates = resolveGateSettings({ watchAfter: '10m' });
const place = { project: 'bookinfo', stack: 'prod', policyPack: 'policies/bookinfo-policies' };
const applied = (step: Step, of = release) => appliedRelease(of, step, '2026-11-21T12:00:00Z');

const changes = (at: Step | undefined, until: Step = 'finished', of = release) =>
  planSteps({ applied: at === undefined ? undefined : applied(at), release: of }, until, gates, place).map(
    ({ from, to, changes: all }) => [
      `${from} ${to}`,
      all
        .filter(({ op }) => op !== 'same')
        .map(({ op, kind, name }) => `${op} ${kind} ${name}`)
        .join(', '),
    ],
  );

describe('the steps to come', () => {
  it('are all of them where nothing is applied', () => {
    expect(changes(undefined)).toEqual([
      [
        'none baseline',
        'create Deployment reviews-v1, create DestinationRule reviews, create VirtualService reviews',
      ],
      ['baseline 0', 'create Deployment reviews-v2, update DestinationRule reviews'],
      ['0 10', 'update VirtualService reviews'],
      ['10 50', 'update VirtualService reviews'],
      ['50 100', 'update VirtualService reviews'],
      ['100 finished', 'delete Deployment reviews-v1, update DestinationRule reviews'],
    ]);
  });

  it('are those after where it stands, up to where it is asked', () => {
    expect(changes(10, 100).map(([step]) => step)).toEqual(['10 50', '50 100']);
    expect(changes(100, 50)).toEqual([]);
    expect(changes('finished')).toEqual([]);
  });

  it('go back to 0 first where another canary is named in the middle', () => {
    expect(changes(50, 10, v3)).toEqual([
      ['50 0', 'update VirtualService reviews'],
      ['0 0', 'delete Deployment reviews-v2, create Deployment reviews-v3, update DestinationRule reviews'],
      ['0 10', 'update VirtualService reviews'],
    ]);
    expect(wayTo({ applied: applied(0), release: v3 }, 10).map(({ step }) => step)).toEqual([0, 10]);
  });

  it('begin the next release where the last one has ended', () => {
    const next = { ...release, stable: { version: 'v2' }, canary: { version: 'v3' } };
    expect(changes('finished', 10, next).map(([step]) => step)).toEqual(['finished 0', '0 10']);
  });

  it('are watched where there is a canary beside a stable version', () => {
    const steps = planSteps({ applied: undefined, release }, 'finished', gates, place);
    expect(steps.map(({ to, bakeMs }) => [to, bakeMs])).toEqual([
      ['baseline', 0],
      ['0', 300_000],
      ['10', 300_000],
      ['50', 300_000],
      ['100', 900_000],
      ['finished', 0],
    ]);
  });

  it('say why the release cannot go on', () => {
    const changed = { ...release, stable: { version: 'v0' } };
    expect(() => planSteps({ applied: applied(50), release: changed }, 100, gates, place)).toThrow(
      /cannot go on from step 50/,
    );
  });
});

describe('the plain commands', () => {
  it('do the same', () => {
    expect(plainCommands(place, 25, 'release: reviews v2 10 to 25')).toEqual([
      'pulumi config set bookinfo:step 25 --stack prod',
      'pulumi preview --stack prod --policy-pack policies/bookinfo-policies --save-plan step.json',
      "pulumi up --stack prod --plan step.json --yes --message 'release: reviews v2 10 to 25'",
    ]);
    expect(plainCommands({ ...place, stepOf: 'reviews', configFile: '/tmp/a b.yaml' }, 0, 'm')[0]).toBe(
      "pulumi config set --path bookinfo:step.reviews 0 --stack prod --config-file '/tmp/a b.yaml'",
    );
  });

  it('are quoted for a shell', () => {
    expect([shellWord('a/b:c=1,2'), shellWord("it's"), shellWord('a b'), shellWord('$x')]).toEqual([
      'a/b:c=1,2',
      `'it'\\''s'`,
      "'a b'",
      "'$x'",
    ]);
  });
});
