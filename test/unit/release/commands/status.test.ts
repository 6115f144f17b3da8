import { readStatus, status } from '../../../../release/commands/status';
import type { LockRecord } from '../../../../release/lock';
import { styleOf, widthOf } from '../../../../release/terminal';
import { contextIn, freeLock, live, portsOf, project, routes, stateAt } from './fixture';

let place: ReturnType<typeof project>;
beforeEach(() => {
  place = project('10');
});
afterEach(() => place.end());

const canvas = { style: styleOf({ colour: false, unicode: true }), width: 80 };

const holder: LockRecord = {
  schema: 1,
  id: 'a',
  stack: 'prod',
  operation: 'advance to 10',
  owner: 'bob',
  host: 'build-7',
  pid: 4711,
  processStart: '1',
  bootId: 'boot',
  takenAt: '2026-11-21T12:00:00.000Z',
};

const standingAt10 = portsOf({
  engine: { state: () => Promise.resolve(stateAt(10)) },
  cluster: {
    read: ({ kind }) =>
      Promise.resolve(
        kind === 'VirtualService' ? live(routes({ v1: 90, v2: 10 })) : live({ host: 'reviews' }),
      ),
    capacity: (version) =>
      Promise.resolve({ ready: version === 'v1' ? 3 : 1, wanted: version === 'v1' ? 3 : 2 }),
  },
});

describe('status', () => {
  it('tells where the release stands, from config, state, cluster and lock', async () => {
    expect(await readStatus(contextIn(place).context, { ports: standingAt10 })).toEqual({
      service: 'reviews',
      stable: 'v1',
      canary: 'v2',
      configured: '10',
      applied: '10',
      since: '2026-11-21T12:00:00.000Z',
      promoted: false,
      passed: false,
      pending: 0,
      routes: { known: true, value: { weights: { v1: 90, v2: 10 }, managers: ['pulumi-kubernetes'] } },
      unfinished: false,
      drift: { known: true, value: [] },
      pods: {
        v1: { known: true, value: { ready: 3, wanted: 3 } },
        v2: { known: true, value: { ready: 1, wanted: 2 } },
      },
      lock: { known: true, value: null },
      legal: ['0', '10', '50'],
      next: '50',
    });
  });

  it('says it in lines that fit, and what to run next', async () => {
    const { result, text } = await status(contextIn(place).context, { ports: standingAt10 });
    expect(result).toMatchObject({
      outcome: 'done',
      next: ['release advance --stack prod', 'release rollback --stack prod'],
    });
    const lines = text(canvas).split('\n');
    expect(lines.every((line) => widthOf(line) <= 80)).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        'reviews v1 → v2 on prod',
        'applied   step 10 since 2026-11-21T12:00:00.000Z, not judged yet',
        'routes    v1 90 %, v2 10 %; written by pulumi-kubernetes',
        'pods v2   1 of 2 ready',
        'lock      free',
      ]),
    );
  });

  it('tells what the config names and the cluster does not have', async () => {
    const ports = portsOf({ engine: { state: () => Promise.resolve(stateAt(0)) } });
    const { text } = await status(contextIn(place).context, { ports });
    expect(text(canvas)).toContain('config    step 10 (applied is 0)');
  });

  it.each([
    ['moved the routes on and was stopped', 0, { v1: 90, v2: 10 }, true],
    ['took the routes back and was stopped', 10, { v1: 100 }, true],
    ['came to its end', 10, { v1: 90, v2: 10 }, false],
  ] as const)('tells whether an update that %s is finished', async (_name, step, weights, unfinished) => {
    const ports = portsOf({
      engine: { state: () => Promise.resolve(stateAt(step)) },
      cluster: {
        read: ({ kind }) => Promise.resolve(kind === 'VirtualService' ? live(routes(weights)) : undefined),
      },
    });
    const { result, text } = await status(contextIn(place).context, { ports });
    expect(text(canvas).includes(`update    not finished: the routes are not those of step ${step}`)).toBe(
      unfinished,
    );
    expect(result.next?.some((command) => command.startsWith('release rollback'))).toBe(
      step > 0 || unfinished,
    );
  });

  it('names who holds the lock, and offers nothing to run then', async () => {
    const lock = {
      ...freeLock,
      read: () => Promise.resolve({ kind: 'record', record: holder, token: 't' } as const),
    };
    const { result, text } = await status(contextIn(place, { lock }).context, { ports: standingAt10 });
    expect(text(canvas).replace(/\s+/g, ' ')).toContain(
      'advance to 10 of stack prod by bob on build-7, process 4711',
    );
    expect(result.next).toEqual([]);
  });

  it('tells what it knows when the cluster cannot be reached', async () => {
    const away = () => Promise.reject(new Error('the API server cannot be asked'));
    const ports = portsOf({
      engine: { state: () => Promise.resolve(stateAt(10)) },
      cluster: { read: away, capacity: away },
    });
    const lock = { ...freeLock, read: away };
    const { result, text } = await status(contextIn(place, { lock }).context, { ports });
    expect(result.outcome).toBe('done');
    expect(text(canvas)).toContain('routes    unknown: the API server cannot be asked');
    expect(text(canvas)).toContain('applied   step 10');
  });

  it('shows drift with who did it, and the two ways on', async () => {
    const state = stateAt(10);
    const applied = {
      urn: 'urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews',
      type: 'kubernetes:networking.istio.io/v1:VirtualService',
      inputs: { metadata: { name: 'reviews' }, spec: routes({ v1: 90, v2: 10 }) },
      outputs: { metadata: { name: 'reviews' }, __fieldManager: 'pulumi-kubernetes' },
    };
    const ports = portsOf({
      engine: { state: () => Promise.resolve({ ...state, resources: [applied] }) },
      cluster: {
        read: ({ kind }) =>
          Promise.resolve(
            kind === 'VirtualService' ? live(routes({ v1: 50, v2: 50 }), ['kubectl-edit']) : undefined,
          ),
      },
    });
    const { result, text } = await status(contextIn(place).context, { ports });
    expect(text(canvas).replace(/\s+/g, ' ')).toContain('by field manager kubectl-edit');
    expect(result.next).toEqual([
      'release advance --adopt --stack prod',
      'release advance --overwrite --stack prod',
    ]);
  });
});
