import * as pulumi from '@pulumi/pulumi';
import type { AppliedRelease } from '../../../components/canary';
import { program } from '../../../infra/program';
import { countByType, record, settled, valueOf } from '../recorder';
import {
  applied,
  applicationParts,
  platformParts,
  release,
  runProgram,
  token,
  type Request,
} from './support';

jest.mock('../../../components/istio/helm', () => jest.requireActual<object>('./helm'));

const config = (step: string, more: Record<string, unknown> = {}) => ({
  'bookinfo:layers': JSON.stringify(['application', 'release']),
  'bookinfo:namespace': 'prod',
  'bookinfo:release': JSON.stringify(release),
  'bookinfo:step': step,
  ...Object.fromEntries(Object.entries(more).map(([key, value]) => [key, JSON.stringify(value)])),
});

/** The state's VirtualService of reviews, sending requests to these versions. */
const standing = (...subsets: string[]) => ({
  'urn:pulumi:prod::bookinfo::routes': {
    type: 'kubernetes:networking.istio.io/v1:VirtualService',
    outputs: {
      metadata: { name: 'reviews' },
      spec: { http: [{ route: subsets.map((subset) => ({ destination: { host: 'reviews', subset } })) }] },
    },
  },
});

const remembers =
  (last: AppliedRelease | undefined, routes: object = {}) =>
  (token: string, inputs: unknown) => {
    if (token === 'pulumi:pulumi:readStackResourceOutputs') {
      expect(inputs).toEqual({ stackName: 'organization/bookinfo/prod' });
      return { outputs: routes };
    }
    expect(token).toBe('pulumi:pulumi:readStackOutputs');
    expect(inputs).toEqual({ name: 'organization/bookinfo/prod' });
    return { outputs: last === undefined ? {} : { release: { reviews: last } }, secretOutputNames: [] };
  };

/** Runs the program against what the stack remembers; a refusal is a value, so that what was registered can be seen. */
async function run(
  step: string,
  last: AppliedRelease | undefined,
  options: { preview?: boolean; more?: Record<string, unknown>; routes?: object } = {},
) {
  const registered = await record({
    config: config(step, options.more),
    call: remembers(last, options.routes),
    preview: options.preview,
  });
  let refusal: Error | undefined;
  let outputs: Awaited<ReturnType<typeof program>> = {};
  try {
    outputs = await program();
  } catch (error) {
    refusal = error as Error;
  }
  const remembered = options.preview
    ? undefined
    : ((await valueOf(outputs['release'])) as Record<string, AppliedRelease> | undefined);
  await settled();
  return { registered, refusal, outputs, remembered };
}

describe('program', () => {
  it('declares the application and the release at baseline', async () => {
    const { registered, refusal, outputs, remembered } = await run('baseline', undefined);
    expect(refusal).toBeUndefined();
    expect(countByType(registered)).toEqual({
      'bookinfo:bookinfo:Bookinfo': 1,
      'bookinfo:bookinfo:BookinfoGateway': 1,
      'bookinfo:bookinfo:Microservice': 4,
      'bookinfo:canary:CanaryRouting': 1,
      'bookinfo:security:MeshSecurity': 1,
      'kubernetes:apps/v1:Deployment': 4,
      'kubernetes:core/v1:Service': 4,
      'kubernetes:core/v1:ServiceAccount': 4,
      'kubernetes:networking.istio.io/v1:DestinationRule': 1,
      'kubernetes:networking.istio.io/v1:Gateway': 1,
      'kubernetes:networking.istio.io/v1:VirtualService': 2,
      'kubernetes:networking.k8s.io/v1:NetworkPolicy': 8,
      'kubernetes:security.istio.io/v1:AuthorizationPolicy': 5,
      'kubernetes:security.istio.io/v1:PeerAuthentication': 1,
    });
    expect(outputs['productpageUrl']).toMatch(/\/productpage$/);
    expect(remembered?.['reviews']).toMatchObject({ step: 'baseline', weights: { v1: 100 } });
  });

  it('keeps the time of a step that is taken again, and sets it anew with the next', async () => {
    const last = applied('10', { v1: 90, v2: 10 });
    const same = await run('10', last);
    expect(same.remembered?.['reviews']).toEqual({ ...last, mentioned: ['v1', 'v2'] });
    const next = await run('25', last);
    expect(next.remembered?.['reviews']).toMatchObject({ step: '25', weights: { v1: 75, v2: 25 } });
    expect(next.remembered?.['reviews']?.since).not.toBe(last.since);
  });

  it.each([true, false])(
    'refuses an illegal move before anything is registered (preview: %s)',
    async (preview) => {
      const { registered, refusal } = await run('50', applied('10', { v1: 90, v2: 10 }), { preview });
      expect(refusal).toMatchObject({ __pulumiRunError: true });
      expect(refusal?.message).toContain('bookinfo:step goes from 10 to 50 and skips 25');
      expect(registered).toEqual([]);
    },
  );

  it('refuses to start above 0', async () => {
    const { registered, refusal } = await run('10', undefined);
    expect(refusal?.message).toContain('nothing of reviews is applied yet');
    expect(registered).toEqual([]);
  });

  it('refuses to remove a version that the standing routes point at, whatever the output says', async () => {
    const last = applied('0', { v1: 100 });
    const failed = await run('baseline', last, { routes: standing('v1', 'v2') });
    expect(failed.refusal?.message).toContain('v2');
    expect(failed.registered).toEqual([]);
    const clean = await run('baseline', last, { routes: standing('v1') });
    expect(clean.refusal).toBeUndefined();
    const forward = await run('10', last, { routes: standing('v1', 'v2') });
    expect(forward.refusal).toBeUndefined();
  });

  it('takes a move that an override names, and remembers the override', async () => {
    const override = { from: '10', to: '50', reason: 'tried by hand' };
    const warn = jest.spyOn(pulumi.log, 'warn').mockResolvedValue();
    const { refusal, remembered } = await run('50', applied('10', { v1: 90, v2: 10 }), {
      more: { 'bookinfo:override': override },
    });
    expect(refusal).toBeUndefined();
    expect(remembered?.['reviews']).toMatchObject({ step: '50', override });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith('Override: reviews goes from 10 to 50: tried by hand');
    warn.mockRestore();
  });

  it('sees a change of the image tag in the middle of a release', async () => {
    const { refusal } = await run('10', applied('10', { v1: 90, v2: 10 }), {
      more: { 'bookinfo:images': { 'reviews-v2': 'registry.example.com/reviews:9' } },
    });
    expect(refusal?.message).toContain('bookinfo:release.canary');
  });

  it('refuses to drop a release that is under way', async () => {
    const registered = await record({
      config: { 'bookinfo:layers': '["application"]', 'bookinfo:namespace': 'prod' },
      call: remembers(applied('10', { v1: 90, v2: 10 })),
    });
    await expect(program()).rejects.toThrow('no longer lists reviews, whose release is at step 10');
    expect(registered).toEqual([]);
  });

  it('fails when the step last applied cannot be read', async () => {
    const registered = await record({
      config: config('10'),
      call: () => {
        throw new Error('the backend is down');
      },
    });
    await expect(program()).rejects.toMatchObject({
      __pulumiRunError: true,
      message: expect.stringContaining('could not be read') as string,
    });
    expect(registered).toEqual([]);
  });

  it.each([
    ['a text', 'reviews at 10'],
    ['a list', []],
    ['an entry without a step', { reviews: { ...applied('10', {}), step: undefined } }],
    ['an entry with an unknown step', { reviews: { ...applied('10', {}), step: 'x' } }],
  ])('fails when what the stack remembers is %s', async (_name, output) => {
    const registered = await record({
      config: config('25'),
      call: () => ({ outputs: { release: output } }),
    });
    await expect(program()).rejects.toThrow('Output release of organization/bookinfo/prod');
    expect(registered).toEqual([]);
  });

  it('registers nothing for a bad config, and never prints a value stored as a secret', async () => {
    const registered = await record({
      config: { ...config('baseline'), 'bookinfo:imageTag': 'hunter2' },
      secretKeys: ['bookinfo:imageTag'],
      call: remembers(undefined),
    });
    const refusal = await program().then(
      () => undefined,
      (error: Error) => error.message,
    );
    expect(refusal).toContain('bookinfo:imageTag is stored as a secret');
    expect(refusal).not.toContain('hunter2');
    expect(registered).toEqual([]);
  });

  it('leaves the layers that are not listed alone', async () => {
    const registered = await record({
      config: { 'bookinfo:layers': '["platform"]', 'bookinfo:namespaces': '["test","prod"]' },
      call: remembers(undefined),
    });
    const outputs = await program();
    await settled();
    expect(registered.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'kubernetes:core/v1:Namespace test',
      'kubernetes:core/v1:Namespace prod',
    ]);
    expect(outputs).toEqual({});
    expect(registered[0]?.inputs['metadata']).toEqual({
      name: 'test',
      labels: {
        'istio-injection': 'enabled',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    });
  });

  it('declares every version where no release owns them', async () => {
    const registered = await record({
      config: {
        'bookinfo:layers': '["application"]',
        'bookinfo:namespace': 'prod',
        'bookinfo:routePolicies': '{"ratings":{"timeout":"2s"}}',
      },
      call: remembers(undefined),
    });
    await program();
    await settled();
    expect(countByType(registered)).toMatchObject({
      'kubernetes:apps/v1:Deployment': 6,
      'bookinfo:canary:ServiceRouting': 1,
      'kubernetes:networking.istio.io/v1:VirtualService': 2,
    });
  });
});

describe('a weight step with every part on', () => {
  const whole = {
    layers: ['platform', 'application', 'release'],
    ...platformParts,
    ...applicationParts,
    release,
  };
  const at = async (step: string, last?: AppliedRelease) => {
    const { requests, refusal } = await runProgram(
      { ...whole, step },
      { secrets: { datakitToken: token }, last },
    );
    expect(refusal).toBeUndefined();
    return new Map(requests.map((request) => [request.urn, request]));
  };
  /** Everything but the order, which is the scheduler's. */
  const shape = (request: Request | undefined) =>
    request && JSON.stringify([request.type, request.name, request.inputs, [...request.waitsFor].sort()]);
  const changed = (a: ReadonlyMap<string, Request>, b: ReadonlyMap<string, Request>) =>
    [...new Set([...a.keys(), ...b.keys()])]
      .filter((urn) => shape(a.get(urn)) !== shape(b.get(urn)))
      .map((urn) => (a.get(urn) ?? b.get(urn))!)
      .map(({ type, name }) => `${type} ${name}`)
      .sort();

  it('changes the routes of the service and nothing else, wherever it goes', async () => {
    const weights = { '0': { v1: 100 }, '10': { v1: 90, v2: 10 }, '25': { v1: 75, v2: 25 } };
    const at0 = await at('0', applied('0', weights['0']));
    const at10 = await at('10', applied('0', weights['0']));
    const at25 = await at('25', applied('10', weights['10']));
    const back = await at('0', applied('25', weights['25']));
    expect(at0.size).toBeGreaterThan(80);
    const routes = ['kubernetes:networking.istio.io/v1:VirtualService reviews-virtual-service'];
    expect(changed(at0, at10)).toEqual(routes);
    expect(changed(at10, at25)).toEqual(routes);
    expect(changed(at25, back)).toEqual(routes);
    expect(changed(at0, back)).toEqual([]);
  });

  it('is not the only thing that this would notice', async () => {
    expect(changed(await at('baseline'), await at('0', applied('baseline', { v1: 100 })))).toEqual([
      'kubernetes:apps/v1:Deployment reviews-v2',
      'kubernetes:networking.istio.io/v1:DestinationRule reviews-destination-rule',
      'kubernetes:networking.istio.io/v1:VirtualService reviews-virtual-service',
    ]);
  });
});

describe('a load test in production', () => {
  it('is refused before anything is declared unless it is allowed', async () => {
    const values = { layers: ['application'], namespace: 'prod', loadtest: {} };
    const refused = await runProgram(values);
    expect(refused.refusal).toMatchObject({ __pulumiRunError: true });
    expect(refused.refusal?.message).toContain('bookinfo:loadtest would put load on prod');
    expect(refused.requests).toEqual([]);
    const allowed = await runProgram({ ...values, loadtest: { allowProduction: true } });
    expect(allowed.refusal).toBeUndefined();
    expect(allowed.requests.map(({ type }) => type)).toContain('kubernetes:batch/v1:Job');
  });
});
