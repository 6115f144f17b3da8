import fc from 'fast-check';
import { HttpFailure } from '../../../../release/http';
import {
  datakitEvents,
  isSigned,
  type Notice,
  noteMarker,
  type Notifier,
  sign,
  tell,
  webhook,
  writeNote,
} from '../../../../release/notify';
import { toLine } from '../../../../release/notify/lineProtocol';
import {
  inTurn,
  json,
  type Loopback,
  quick,
  type Received,
  type Reply,
  reset,
  serve,
  silence,
  text,
} from '../server';

const T0 = 1_800_000_000_000;
const SECRET = 'a shared s3cret of some length';

const notice: Notice = {
  kind: 'rolledBack',
  at: new Date(T0).toISOString(),
  stack: 'prod',
  service: 'reviews',
  stable: 'v1',
  canary: 'v2',
  from: '10',
  to: '0',
  weight: 0,
  verdict: 'fail',
  summary: '50 % of "all" requests\nfailed',
  by: 'alice',
};

let server: Loopback;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());

function answering(reply: Reply): () => readonly Received[] {
  const begun = server.received.length;
  let nth = 0;
  server.reply = (response, request) => reply(response, request, ++nth);
  return () => server.received.slice(begun);
}

describe('signature', () => {
  const now = T0 / 1_000;
  const signed = (body: string, at = now) => ({ timestamp: String(at), signature: sign(SECRET, at, body) });

  test('is the documented one', () =>
    // printf '1800000000.{}' | openssl dgst -sha256 -hmac key
    expect(sign('key', 1_800_000_000, '{}')).toBe(
      'v1=7321475872b03ff21bdc2dfd86ea2d99ec29c479fbe4a77aa6acf4509505493f',
    ));

  test('holds for the very body, time and secret only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (body, other) => {
        expect(isSigned(SECRET, signed(body), body, now)).toBe(true);
        if (other !== body) expect(isSigned(SECRET, signed(body), other, now)).toBe(false);
        expect(isSigned('another secret', signed(body), body, now)).toBe(false);
        expect(isSigned(SECRET, { ...signed(body), timestamp: String(now + 1) }, body, now)).toBe(false);
      }),
    );
  });

  test.each([
    ['old', -301, false],
    ['from the future', 301, false],
    ['as old as allowed', -300, true],
  ])('%s', (_, off, holds) => expect(isSigned(SECRET, signed('x', now + off), 'x', now)).toBe(holds));

  test.each(['', 'v1=', 'v1=00', 'x'])('%j is none', (signature) =>
    expect(isSigned(SECRET, { timestamp: String(now), signature }, 'x', now)).toBe(false),
  );
});

describe('webhook', () => {
  const hook = () => webhook({ url: `${server.url}/hook`, secret: SECRET, http: quick, now: () => T0 });

  it.each<[string, Reply]>([
    ['echoes it', (response, { url }) => response.writeHead(404).end(`no such page: ${url}`)],
    ['redirects to it', (response, { url }) => response.writeHead(302, { location: `${url}/` }).end(url)],
    ['is broken', (response, { url }) => response.writeHead(500).end(`<pre>POST ${url}</pre>`)],
    ['breaks the connection', reset],
  ])('never shows its address, of which a part is the secret, where the server %s', async (_, reply) => {
    answering(reply);
    const url = `${server.url}/services/T0001/B0002/marker-that-nobody-may-see?key=another-marker`;
    const [told] = await tell([webhook({ url, secret: SECRET, http: quick, now: () => T0 })], notice);
    expect(told!.ok).toBe(false);
    expect(told!.detail).not.toMatch(/marker|B0002/);
    expect(told!.detail).toContain('http://127.0.0.1');
  });

  test('sends the notice, signed, once more after a 503 with the same delivery id', async () => {
    const got = answering(inTurn(text('', 503), json({})));
    await hook().notify(notice);
    expect(got()).toHaveLength(2);
    const [first, second] = got();
    expect(JSON.parse(second!.body)).toEqual({ schema: 1, notice });
    const header = (name: string) => String(second!.headers[name]);
    expect(
      isSigned(
        SECRET,
        { timestamp: header('x-release-timestamp'), signature: header('x-release-signature') },
        second!.body,
        T0 / 1_000,
      ),
    ).toBe(true);
    expect(header('x-release-delivery')).toMatch(/^[0-9a-f-]{36}$/);
    expect(first!.headers['x-release-delivery']).toBe(header('x-release-delivery'));
    expect(JSON.stringify(got())).not.toContain(SECRET);
  });

  test('a refusal is not repeated', async () => {
    const got = answering(text('no', 400));
    await expect(hook().notify(notice)).rejects.toThrow(/answered 400/);
    expect(got()).toHaveLength(1);
  });
});

describe('note on a merge request', () => {
  const options = () => ({
    apiUrl: `${server.url}/api/v4/`,
    project: 'group/shop',
    mergeRequest: '7',
    token: 'glpat-t0ken',
    key: 'prod/reviews',
    http: quick,
  });
  const marker = noteMarker('prod/reviews');
  const notes = '/api/v4/projects/group%2Fshop/merge_requests/7/notes';
  const lines = (got: readonly Received[]) =>
    got.map(({ method, url }) => `${method} ${url.split('?')[0]!.replace(notes, '…')}`);

  test('is created where there is none', async () => {
    const got = answering((response, request, nth) =>
      (request.method === 'GET'
        ? json([
            { id: 1, body: 'hello' },
            { id: 2, body: `${marker}\nx`, system: true },
            { id: 4, body: `quoted ${marker}` },
          ])
        : json({ id: 3 }, 201))(response, request, nth),
    );
    expect(await writeNote(options(), '## Done')).toBe('created');
    expect(lines(got())).toEqual(['GET …', 'POST …']);
    expect(JSON.parse(got()[1]!.body)).toEqual({ body: `${marker}\n## Done` });
    expect(got()[1]!.headers['private-token']).toBe('glpat-t0ken');
  });

  test('is updated where it is there, on the second page too', async () => {
    const full = Array.from({ length: 100 }, (_, i) => ({ id: i, body: 'x' }));
    const got = answering((response, request, nth) => {
      if (request.method === 'PUT') return json({})(response, request, nth);
      return json(/[?&]page=2/.test(request.url) ? [{ id: 555, body: `${marker}\nold` }] : full)(
        response,
        request,
        nth,
      );
    });
    expect(await writeNote(options(), 'new')).toBe('updated');
    expect(lines(got())).toEqual(['GET …', 'GET …', 'PUT …/555']);
  });

  test('a create whose answer is lost is looked for, not repeated', async () => {
    let created = false;
    const got = answering((response, request, nth) => {
      if (request.method === 'GET')
        return json(created ? [{ id: 9, body: marker }] : [])(response, request, nth);
      if (request.method === 'PUT') return json({})(response, request, nth);
      created = true;
      return reset(response, request, nth);
    });
    expect(await writeNote(options(), 'x')).toBe('updated');
    expect(lines(got())).toEqual(['GET …', 'POST …', 'GET …', 'PUT …/9']);
  });

  test.each<[string, Reply, RegExp]>([
    ['403', text('insufficient glpat-t0ken', 403), /answered 403: insufficient \*\*\*/],
    ['no list', json({ message: 'x' }), /something else than a list/],
    ['HTML', text('<html>'), /something else than a list/],
  ])('%s fails, without the token', async (_, reply, words) => {
    answering(reply);
    const error = await writeNote(options(), 'x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HttpFailure);
    expect((error as Error).message).toMatch(words);
    expect((error as Error).message).not.toContain('t0ken');
  });

  test('gives up creating after three rounds', async () => {
    const got = answering((response, request, nth) =>
      (request.method === 'GET' ? json([]) : text('', 502))(response, request, nth),
    );
    await expect(writeNote(options(), 'x')).rejects.toThrow(/502/);
    expect(lines(got()).filter((line) => line.startsWith('POST'))).toHaveLength(3);
  });

  test('a key cannot end the comment', () =>
    expect(noteMarker('a--> <b>')).toBe('<!-- release-report:a-___b_ -->'));
});

describe('line protocol', () => {
  test('escapes as the protocol asks for', () =>
    expect(
      toLine({
        measurement: 'a b,c',
        tags: { 'k =,': 'v =,\nx\\', empty: '', gone: undefined, b: '1' },
        fields: { s: 'say "x\\y"\nz', i: 3, f: 0.5, t: true, n: NaN, u: undefined },
        at: 1.4,
      }),
    ).toBe('a\\ b\\,c,b=1,k\\ \\=\\,=v\\ \\=\\,\\ x s="say \\"x\\\\y\\"\nz",i=3i,f=0.5,t=true 1000000'));

  test('tags of any text never break the line apart', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const line = toLine({ measurement: 'm', tags: { k: value }, fields: { f: 1 }, at: 0 });
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.replace(/\\\\|\\[ ,=]/g, '_').split(' ')).toHaveLength(3);
      }),
      { examples: [['\\ '], ['a\\'], ['\\\\,b']] },
    );
  });

  test('the newest nanosecond is exact', () =>
    expect(toLine({ measurement: 'm', tags: {}, fields: { f: 1 }, at: T0 + 1 })).toMatch(
      / 1800000000001000000$/,
    ));
});

describe('DataKit', () => {
  test('an event with the names that Guance’s explorer knows', async () => {
    const got = answering(text(''));
    await datakitEvents({ url: `${server.url}/`, http: quick }).notify(notice);
    const [{ url, body } = { url: '', body: '' }] = got();
    expect(url).toBe('/v1/write/keyevent');
    expect(body).toMatch(
      /^release,canary_version=v2,df_event_id=event-[0-9a-f-]{36},df_source=custom,df_status=error,df_sub_status=error,release_event=rolledBack,/,
    );
    expect(body).toContain(
      'df_title="reviews v1 → v2: rolled back (0)",df_message="50 % of \\"all\\" requests\nfailed",from_step="10",to_step="0",weight=0i',
    );
    expect(body).toMatch(/ 1800000000000000000$/);
  });

  test('a log line where events are kept as logs', async () => {
    const got = answering(text(''));
    await datakitEvents({ url: server.url, category: 'logging', http: quick }).notify({
      ...notice,
      kind: 'finished',
    });
    expect(got()[0]?.url).toBe('/v1/write/logging');
    expect(got()[0]?.body).toMatch(/,status=ok message=\"reviews v1 → v2: release finished \(0\): 50 %/);
    expect(got()[0]?.body).not.toContain('df_');
  });
});

describe('telling everybody', () => {
  const notifier = (name: string, notify: Notifier['notify']): Notifier => ({ name, notify });

  test('failures are told back, never thrown, and keep nobody from the rest', async () => {
    const heard: string[] = [];
    const told = await tell(
      [
        notifier('broken', () => Promise.reject(new Error(`no way in with ${SECRET}`))),
        notifier('odd', () => {
          throw new TypeError('not even a promise');
        }),
        notifier('well', (one) => {
          heard.push(one.kind);
          return Promise.resolve();
        }),
      ],
      notice,
      { secrets: [SECRET] },
    );
    expect(told).toEqual([
      { name: 'broken', ok: false, detail: 'no way in with ***' },
      { name: 'odd', ok: false, detail: 'not even a promise' },
      { name: 'well', ok: true, detail: '' },
    ]);
    expect(heard).toEqual(['rolledBack']);
  });

  test('who never answers is given up after the limit, even when deaf to the signal', async () => {
    const begun = Date.now();
    const told = await tell([notifier('deaf', () => new Promise(() => undefined))], notice, { limitMs: 100 });
    expect(told).toEqual([{ name: 'deaf', ok: false, detail: 'not told within 100 ms' }]);
    expect(Date.now() - begun).toBeLessThan(20_000);
  });

  test('a stop ends it at once, as an answer', async () => {
    const told = await tell([notifier('slow', () => new Promise(() => undefined))], notice, {
      signal: AbortSignal.abort(),
    });
    expect(told).toEqual([{ name: 'slow', ok: false, detail: 'stopped' }]);
  });
});
