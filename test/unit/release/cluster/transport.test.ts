import { getEventListeners } from 'node:events';
import { exchange } from '../../../../release/cluster';
import { serve, type Loopback } from '../server';

let api: Loopback;
afterEach(() => api.close());

const many = 26;

/** As many requests as `release doctor` sends at once, all ended by one signal. */
const askOften = (signal: AbortSignal) =>
  Array.from({ length: many }, () => exchange({ server: new URL(api.url), options: {} }, '/', { signal }));

describe('exchange', () => {
  it('puts no listener of each request on the signal of all', async () => {
    api = await serve((response) => response.end('{}'));
    const { signal } = new AbortController();
    const answers = askOften(signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(many).fill(200));
  });

  it('ends all of them when the signal aborts', async () => {
    api = await serve(() => {});
    const ending = new AbortController();
    const answers = Promise.allSettled(askOften(ending.signal));
    ending.abort(new Error('interrupted'));
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });
});
