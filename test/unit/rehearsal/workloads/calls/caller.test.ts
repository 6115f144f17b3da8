import { Caller, type Dial } from '../../../../../rehearsal/workloads/calls';
import { RequestCounters } from '../../../../../rehearsal/workloads/counters';
import { Faults } from '../../../../../rehearsal/workloads/faults';
import { generic } from '../../../../../rehearsal/workloads/generic';
import type { PodView } from '../../../../../rehearsal/workloads/pods';
import { StandIn } from '../../../../../rehearsal/workloads/standin';
import { freePort } from '../../../../support/freePort';

let standIn: StandIn;
let caller: Caller;
let port: number;
const faults = new Faults();

beforeAll(async () => {
  port = await freePort();
  const pod: PodView = {
    ...{ uid: 'u', namespace: 'shop', name: 'cart-0', podIP: '127.0.0.1', service: 'cart', version: 'v2' },
    ...{ labels: {}, annotations: {}, mesh: 'plain' },
    containers: [{ name: 'cart', image: '', env: {}, isInit: false, ports: [{ port }] }],
  };
  standIn = new StandIn({
    ...{ behaviour: generic, faults, counters: new RequestCounters() },
    context: { pod, call: () => Promise.reject(new Error('it calls nobody')) },
  });
  await standIn.start();
  const dial: Dial = {
    localAddress: '127.0.0.7',
    way: (url) => ({ address: '127.0.0.1', port, authority: url.host }),
  };
  caller = new Caller(dial);
});
afterEach(() => faults.clearFaults());
afterAll(async () => {
  await caller.close();
  await standIn.stop();
});

const urls = ['http://cart:7070/', 'grpc://cart:7070/shop.Cart/Get', 'tcp://cart:7070'];
const call = (url: string, timeoutMs = 5000) => caller.call(url, { headers: {}, timeoutMs });

test.each(urls)('%s is called as its scheme says', async (url) => {
  const { status, body } = await call(url);
  expect([status, JSON.parse(body)]).toEqual([
    200,
    expect.objectContaining({ service: 'cart', version: 'v2', podname: 'cart-0' }),
  ]);
});

test.each(urls)('%s fails where no answer comes in time', async (url) => {
  faults.setFault({}, { latency: { fixedMs: 1500 } });
  await expect(call(url, 80)).rejects.toThrow();
});

test.each([
  [urls[0]!, 503],
  // A gRPC status is told as the HTTP status that means the same.
  [urls[1]!, 503],
])('%s tells that it failed', async (url, status) => {
  faults.setFault({}, { errors: { share: 1, status: 503 } });
  expect(await call(url)).toMatchObject({ status });
});
