import { type ClientRequest, request } from 'node:http';
import { Script } from 'node:vm';
import { serveWatch, spanOf, viewOf, type Serving, type ViewSource } from '../../../../release/watch';
import { clientScript } from '../../../../release/watch/client';
import { played } from './fixture';

const hostile = `</script><img src=x onerror="alert(1)">&"'`;
const good = played('good');
const span = spanOf(good);
const replay: ViewSource = { look: (at) => Promise.resolve(viewOf(good, at)), span };

let stop: AbortController;
let serving: Serving;

const serve = async (source: ViewSource): Promise<void> => {
  stop = new AbortController();
  serving = await serveWatch(source, { port: 0, intervalMs: 10, signal: stop.signal });
};

afterEach(async () => {
  stop.abort();
  await serving.ended;
});

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ask = ({ path = '/', method = 'GET', headers = {} }: Asked = {}) =>
  new Promise<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>(
    (resolve, reject) => {
      request(new URL(path, serving.url), { method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      })
        .on('error', reject)
        .end();
    },
  );

/** The first events of a stream. */
const follow = (wanted: number): Promise<readonly { event: string; data: unknown }[]> =>
  new Promise<readonly { event: string; data: unknown }[]>((resolve, reject) => {
    let text = '';
    const asked: ClientRequest = request(new URL('/events', serving.url), (response) => {
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        const found = [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)];
        if (found.length < wanted) return;
        asked.destroy();
        resolve(found.map(([, event, data]) => ({ event: event!, data: JSON.parse(data!) as unknown })));
      });
    });
    asked.on('error', (cause) => (asked.destroyed ? undefined : reject(cause))).end();
  });

describe('whom the page is served to', () => {
  beforeEach(() => serve(replay));

  const port = (): string => new URL(serving.url).port;

  it('listens on loopback alone', () => expect(new URL(serving.url).hostname).toBe('127.0.0.1'));

  it.each([
    ['its own address', (): string => `127.0.0.1:${port()}`, 200],
    ['localhost', (): string => `localhost:${port()}`, 200],
    ['a name that another site had resolved to here', (): string => `evil.example:${port()}`, 421],
    ['another port', (): string => '127.0.0.1:1', 421],
    ['no port', (): string => '127.0.0.1', 421],
  ] as const)('%s', async (_name, host, status) => {
    expect((await ask({ headers: { host: host() } })).status).toBe(status);
  });

  it.each(['cross-site', 'same-site'])('a request that a page made which is %s is refused', async (site) => {
    for (const path of ['/', '/at?t=0', '/watch.js']) {
      expect((await ask({ path, headers: { 'sec-fetch-site': site } })).status).toBe(421);
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    expect((await ask({ method })).status).toBe(405);
  });

  it('has a policy that lets nothing in and nothing out, on every answer', async () => {
    for (const path of ['/', '/watch.js', '/at?t=0', '/at?t=x', '/nothing', '/events']) {
      const { headers } = await ask({ path });
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|\*/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers what it does not have with 404, and a moment that is none with 400', async () => {
    expect((await ask({ path: '/etc/passwd' })).status).toBe(404);
    expect((await ask({ path: '/at?t=x' })).status).toBe(400);
    // A release that is over has nothing to follow.
    expect((await ask({ path: '/events' })).status).toBe(404);
  });
});

describe('what the page is sent', () => {
  it('is every part to who comes, then what has changed', async () => {
    let at = span[0] + 60_000;
    await serve({ look: () => Promise.resolve(viewOf(good, (at += 1))) });
    const [first, second] = await follow(2);
    expect(Object.keys(first!.data as object).sort()).toEqual([
      'events',
      'gate',
      'plots',
      'standing',
      'track',
      'versions',
    ]);
    // A millisecond later no step, version or event is another one.
    expect(Object.keys(second!.data as object)).not.toEqual(
      expect.arrayContaining(['track', 'versions', 'events']),
    );
  });

  it('is what went wrong, where the release cannot be looked at, in one line and without a stack', async () => {
    await serve({ look: () => Promise.reject(new Error('the state cannot be read\n    at secret.ts')) });
    expect(await follow(1)).toEqual([{ event: 'trouble', data: 'cannot look: the state cannot be read' }]);
    expect(await ask()).toMatchObject({ status: 500, text: 'the state cannot be read\n' });
  });

  it('is nothing where nobody watches: the release is not even looked at', async () => {
    let looks = 0;
    await serve({
      look: () => {
        looks += 1;
        return Promise.resolve(viewOf(good));
      },
    });
    await follow(1);
    const { status } = await ask({ path: '/watch.js' });
    const after = looks;
    await ask({ path: '/watch.js' });
    expect({ status, more: looks - after }).toEqual({ status: 200, more: expect.any(Number) as number });
    expect(looks - after).toBeLessThanOrEqual(1);
  });

  it('stays text, whatever is in it', async () => {
    const view = viewOf(good);
    const bad = {
      ...view,
      ...{
        stack: hostile,
        service: hostile,
        stable: hostile,
        canary: hostile,
        standing: hostile,
        why: hostile,
      },
      ...{ holder: hostile, unknown: [hostile], links: [{ name: hostile, href: `https://x/?${hostile}` }] },
      track: [{ name: hostile, state: 'here' as const }],
      versions: view.versions.map((version) => ({ ...version, name: hostile })),
      gate: {
        ...view.gate!,
        source: hostile,
        counts: hostile,
        checks: view.gate!.checks.map((check) => ({
          ...check,
          id: hostile,
          finding: hostile,
          rule: hostile,
        })),
      },
      events: [{ at: view.at, kind: 'note' as const, what: hostile, who: hostile }],
    };
    await serve({ look: () => Promise.resolve(bad) });
    const { text } = await ask();
    expect(text).toContain('&lt;img');
    expect(text).not.toMatch(/<img|<\/script><|\sonerror="alert/);
    // The page's own script, and no other.
    expect(text.match(/<script/g)).toHaveLength(1);
  });
});

it('the script is one that a browser can run, and it asks this server alone', async () => {
  await serve(replay);
  expect(() => new Script(clientScript)).not.toThrow();
  expect(clientScript).not.toMatch(/https?:|eval\(|new Function|document\.write/);
});
