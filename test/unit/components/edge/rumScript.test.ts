import fc from 'fast-check';
import { rumInit, rumScript, SCRIPT_PATH, snippet } from '../../../../components/edge/pure';
import { evaluate, resolved, withRum } from './support';

/** Texts made of what could end something: a script, a string, a line, a comment. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '</script>',
          '<!--',
          '-->',
          '<script>',
          ']]>',
          '"',
          "'",
          '`',
          '\\',
          '\n',
          '\r',
          '\u2028',
          '\u2029',
        ],
        ...[
          '${1}',
          '$host',
          '*/',
          '//',
          '});',
          '&lt;',
          '\u0000',
          '\ud800',
          '\ufeff',
          '__proto__',
          ';',
          '{',
          '}',
        ],
      ),
      fc.string({ unit: 'binary' }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `x${parts.join('')}`);

test('the SDK is started once with the values, and nothing else happens', () => {
  const { inits, replays, globals } = evaluate(rumScript(resolved()));
  expect(inits).toEqual([
    {
      applicationId: 'bookinfo_web',
      datakitOrigin: 'https://rum.example.com',
      env: 'test',
      version: 'v1',
      service: 'productpage',
      sessionSampleRate: 100,
      sessionReplaySampleRate: 0,
      trackUserInteractions: true,
      tracingSampleRate: 100,
      traceType: 'zipkin',
      traceId128Bit: false,
      allowedTracingUrls: [],
    },
  ]);
  expect(replays).toBe(0);
  expect(globals).toEqual([]);
});

test('the platform itself is named by site and token, without a DataKit', () => {
  const settings = resolved({
    rum: { applicationId: 'a', site: 'https://rum-openway.guance.com', clientToken: 't' },
  });
  expect(rumInit(settings)).toMatchObject({ site: 'https://rum-openway.guance.com', clientToken: 't' });
  expect(rumInit(settings)).not.toHaveProperty('datakitOrigin');
});

test('recording the screen has to be started by a call of its own', () => {
  expect(evaluate(rumScript(withRum({ sessionReplaySampleRate: 5 }))).replays).toBe(1);
});

test('without the SDK the script does nothing', () => {
  expect(evaluate(rumScript(resolved()), false)).toEqual({ inits: [], replays: 0, globals: [] });
});

test('no value can break out: the script gives back each as it is, and is plain ASCII without markup', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 5, maxLength: 5 }), (values) => {
      const [applicationId, clientToken, env, version, service] = values as [
        string,
        string,
        string,
        string,
        string,
      ];
      const settings = resolved({
        rum: { applicationId, site: 'https://s.example.com', clientToken, env, version, service },
      });
      const script = rumScript(settings);
      expect(script).toMatch(/^[\n\x20-\x3b=?-\x7e]*$/);
      expect(script).not.toContain('&');
      const { inits, globals } = evaluate(script);
      expect(inits).toEqual([expect.objectContaining({ applicationId, clientToken, env, version, service })]);
      expect(globals).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('what is put into pages holds no value but the address of the SDK', () => {
  const plain = snippet(resolved());
  expect(plain).toBe(
    `<script defer src="https://static.guance.com/browser-sdk/v3/dataflux-rum.js"></script><script defer src="${SCRIPT_PATH}"></script>`,
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const settings = withRum({ applicationId: text, env: text, version: text, service: text });
      expect(snippet(settings)).toBe(plain);
    }),
  );
  expect(snippet(withRum({ sdkUrl: 'https://cdn.example.com/rum.js' }))).toContain(
    'src="https://cdn.example.com/rum.js"',
  );
});
