import { parseReleases } from '../../../../components/canary/pure';
import { jason, like, reviews } from './fixtures';

const path = 'bookinfo:release';
const good = () => structuredClone(reviews()) as unknown as Record<string, unknown>;
const withKey = (key: string, value: unknown) => ({ ...good(), [key]: value });
const without = (key: string) => {
  const copy = good();
  delete copy[key];
  return copy;
};
const canary = (more: object) => withKey('canary', { version: 'v2', ...more });
const image = (text: unknown) => canary({ image: text });
const steps = (...list: unknown[]) => withKey('steps', list);
const policy = (more: object) => ({ ...good(), ...more });
const outlier = (more: object) =>
  withKey('outlierDetection', {
    consecutive5xxErrors: 5,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 100,
    ...more,
  });
const delay = { fixedDelay: '7s', percent: 100 };
const repository = 'docker.io/istio/examples-bookinfo-reviews-v2';

/** What is written, where the one problem stands below the release, what is said of it, what to do. */
type Case = readonly [name: string, raw: unknown, at: string, problem: RegExp, remedy: RegExp];

const cases: readonly Case[] = [
  ['no release', undefined, '', /is missing/, /add a release with service/],
  ['null', null, '', /is missing/, /empty list for none/],
  ['a text', 'reviews', '', /text "reviews", not a map/, /write a map/],
  ['service missing', without('service'), '.service', /is missing/, /add service, such as reviews/],
  ['stable missing', without('stable'), '.stable', /is missing/, /add stable, such as \{ version: v1 \}/],
  ['canary missing', without('canary'), '.canary', /is missing/, /add canary, such as \{ version: v2 \}/],
  ['steps missing', without('steps'), '.steps', /is missing/, /such as \[0, 10, 25, 50, 100\]/],
  ['version missing', withKey('stable', {}), '.stable.version', /is missing/, /add version, such as v2/],
  ['version a number', withKey('stable', { version: 1 }), '.stable.version', /is 1, not a text/, /in quotes/],
  ['equal versions', withKey('canary', { version: 'v1' }), '.canary.version', /same as the stable/, /own/],
  ['near key', withKey('step', [0, 100]), '.step', /not a known key/, /^did you mean steps\?$/],
  ['wrong case', withKey('timeOut', '3s'), '.timeOut', /not a known key/, /^did you mean timeout\?$/],
  [
    'far key',
    withKey('colour', 'red'),
    '.colour',
    /not a known key/,
    /remove it; the keys here are service,/,
  ],
  ['nested key', canary({ iamge: 'x' }), '.canary.iamge', /not a known key/, /^did you mean image\?$/],
  ['odd key', withKey('a b', 1), '["a b"]', /not a known key/, /remove it/],
  [
    'key in a match',
    withKey('match', [{ ...jason, exakt: 'x' }]),
    '.match[0].exakt',
    /not a known key/,
    /^did you mean exact\?$/,
  ],
  ['upper-case service', withKey('service', 'Reviews'), '.service', /not a DNS label/, /such as reviews$/],
  ['unicode service', withKey('service', 'bücher'), '.service', /not a DNS label/, /a-z/],
  ['Chinese version', canary({ version: '二' }), '.canary.version', /not a DNS label/, /such as v2$/],
  ['dots in a version', canary({ version: '1.2.3' }), '.canary.version', /not a DNS label/, /such as 1-2-3$/],
  [
    'digit first',
    withKey('service', '9reviews'),
    '.service',
    /begins with a digit/,
    /begin it with a letter/,
  ],
  ['empty service', withKey('service', ''), '.service', /is empty/, /such as reviews/],
  ['hyphen last', canary({ version: 'v2-' }), '.canary.version', /not a DNS label/, /such as v2$/],
  ['long service', withKey('service', 'r'.repeat(64)), '.service', /64 characters, more than 63/, /shorten/],
  ['long version', canary({ version: 'v'.repeat(64) }), '.canary.version', /64 characters/, /shorten/],
  [
    'long Deployment name',
    canary({ version: 'v'.repeat(56) }),
    '.canary.version',
    /Deployment's name .* of 64 characters/,
    /by 1$/,
  ],
  ['replicas 0', canary({ replicas: 0 }), '.canary.replicas', /is 0, not a whole number/, /1 to 10000/],
  ['replicas negative', canary({ replicas: -1 }), '.canary.replicas', /is -1/, /whole number/],
  ['replicas a fraction', canary({ replicas: 1.5 }), '.canary.replicas', /is 1.5/, /whole number/],
  [
    'replicas a text',
    canary({ replicas: '2' }),
    '.canary.replicas',
    /text "2", not a number/,
    /without quotes/,
  ],
  ['image empty', image(''), '.canary.image', /is empty/, /leave the key out/],
  ['image blank', image('  '), '.canary.image', /is empty/, /leave the key out/],
  ['image with a space', image('a b:1'), '.canary.image', /white space/, /remove/],
  ['image without a tag', image(repository), '.canary.image', /neither a tag nor a digest/, /v2:1\.20\.3$/],
  ['port is no tag', image('host:5000/reviews'), '.canary.image', /neither a tag/, /add one/],
  ['digest too short', image(`${repository}@sha256:abc`), '.canary.image', /malformed digest/, /64 hex/],
  ['digest of no kind', image(`${repository}@md5:abc`), '.canary.image', /malformed digest/, /sha256/],
  ['upper-case repository', image('istio/Reviews:1'), '.canary.image', /upper-case/, /reviews$/],
  ['repository of nothing', image('docker.io//x:1'), '.canary.image', /"" in its repository/, /lower-case/],
  ['registry of nothing', image('-a.b/x:1'), '.canary.image', /registry "-a.b"/, /host:port/],
  ['bad tag', image('reviews:-1'), '.canary.image', /tag "-1"/, /letters, digits/],
  ['image a number', image(1.2), '.canary.image', /is 1.2, not a text/, /in quotes/],
  ['weight −1', steps(0, -1, 100), '.steps[1]', /is -1, less than 0/, /0 to 100/],
  ['weight 101', steps(0, 101, 100), '.steps[1]', /is 101, more than 100/, /0 to 100/],
  ['weight NaN', steps(0, Number.NaN, 100), '.steps[1]', /is NaN, not a number/, /write a number/],
  ['weight infinite', steps(0, Infinity, 100), '.steps[1]', /is Infinity/, /number/],
  ['weight a text', steps(0, '10', 100), '.steps[1]', /text "10", not a number/, /without quotes/],
  ['weight a fraction', steps(0, 10.5, 100), '.steps[1]', /is 10.5, not a whole number/, /write 11/],
  ['weight null', steps(0, null, 100), '.steps[1]', /is empty, not a number/, /number/],
  ['weights twice', steps(0, 10, 10, 100), '.steps[2]', /is 10 again/, /remove the second 10/],
  ['weights unsorted', steps(0, 50, 10, 100), '.steps[2]', /less than the 50/, /rising order/],
  ['not from 0', steps(10, 100), '.steps[0]', /is 10, not 0/, /begin the list with 0/],
  ['not to 100', steps(0, 50), '.steps[1]', /is 50, and it is the last/, /end the list with 100/],
  ['no weights', steps(), '.steps', /has no entry/, /rising weights/],
  ['one weight', steps(0), '.steps', /has one entry/, /rising weights/],
  ['weights in a text', withKey('steps', '0,10,100'), '.steps', /not a list/, /write a list/],
  [
    'header and cookie',
    withKey('match', [{ header: 'a', cookie: 'b', exact: 'c' }]),
    '.match[0]',
    /both header and cookie/,
    /keep one/,
  ],
  ['neither of them', withKey('match', [{ exact: 'c' }]), '.match[0]', /neither header nor cookie/, /add/],
  [
    'two kinds of match',
    withKey('match', [{ ...jason, prefix: 'j' }]),
    '.match[0]',
    /exact and prefix/,
    /keep one/,
  ],
  ['no kind', withKey('match', [{ header: 'a' }]), '.match[0]', /says no value/, /exact, prefix or regex/],
  ['cookie without a value', withKey('match', [{ cookie: 'a' }]), '.match[0]', /no value/, /add exact/],
  [
    'cookie by prefix',
    withKey('match', [{ cookie: 'a', prefix: 'b' }]),
    '.match[0].prefix',
    /not known for a cookie/,
    /use exact/,
  ],
  [
    'cookie value with a semicolon',
    withKey('match', [{ cookie: 'a', exact: 'b;c' }]),
    '.match[0].exact',
    /cannot hold/,
    /letters/,
  ],
  [
    'cookie as a header',
    withKey('match', [{ header: 'cookie', exact: 'a' }]),
    '.match[0].header',
    /is cookie/,
    /use cookie:/,
  ],
  [
    'upper-case header',
    withKey('match', [{ header: 'End-User', exact: 'a' }]),
    '.match[0].header',
    /not a header's name/,
    /such as end-user/,
  ],
  ['empty exact', withKey('match', [{ header: 'a', exact: '' }]), '.match[0].exact', /is empty/, /value/],
  ['bad regex', withKey('match', [{ header: 'a', regex: '(' }]), '.match[0].regex', /not a regular/, /RE2/],
  [
    'look-ahead',
    withKey('match', [{ header: 'a', regex: '(?=a)b' }]),
    '.match[0].regex',
    /look-around/,
    /without/,
  ],
  ['empty match list', withKey('match', []), '.match', /is empty/, /leave match out/],
  ['mirror 0', withKey('mirror', { percent: 0 }), '.mirror.percent', /is 0, not above 0/, /such as 100/],
  ['mirror 101', withKey('mirror', { percent: 101 }), '.mirror.percent', /is 101/, /such as 100/],
  ['mirror of nothing', withKey('mirror', {}), '.mirror.percent', /is missing/, /add percent, such as 100/],
  [
    'cookie name with a space',
    withKey('sticky', { cookie: 'a b' }),
    '.sticky.cookie',
    /not a cookie's name/,
    /letters/,
  ],
  [
    'cookie name empty',
    withKey('sticky', { cookie: '' }),
    '.sticky.cookie',
    /not a cookie's name/,
    /letters/,
  ],
  [
    'cookie for 0 s',
    withKey('sticky', { cookie: 'a', maxAgeSeconds: 0 }),
    '.sticky.maxAgeSeconds',
    /is 0/,
    /seconds/,
  ],
  [
    'outlier after 0 errors',
    outlier({ consecutive5xxErrors: 0 }),
    '.outlierDetection.consecutive5xxErrors',
    /is 0/,
    /in a row/,
  ],
  ['outlier interval', outlier({ interval: '10' }), '.outlierDetection.interval', /not a duration/, /10s/],
  [
    'outlier 101 %',
    outlier({ maxEjectionPercent: 101 }),
    '.outlierDetection.maxEjectionPercent',
    /is 101/,
    /per cent/,
  ],
  [
    'a pool of nothing',
    policy({ connectionPool: {} }),
    '.connectionPool',
    /limits nothing/,
    /such as maxConnections: 100/,
  ],
  [
    'a pool by a name of its own',
    policy({ connectionPool: { maxConnection: 1 } }),
    '.connectionPool.maxConnection',
    /not a known key/,
    /^did you mean maxConnections\?$/,
  ],
  [
    "Istio's shape of a pool",
    policy({ connectionPool: { tcp: { maxConnections: 1 } } }),
    '.connectionPool.tcp',
    /not a known key/,
    /the keys here are maxConnections, connectTimeout,/,
  ],
  [
    'a pool of no connection',
    policy({ connectionPool: { maxConnections: 0 } }),
    '.connectionPool.maxConnections',
    /is 0, not a whole number/,
    /1 to 2147483647/,
  ],
  [
    'a pool beyond int32',
    policy({ connectionPool: { http1MaxPendingRequests: 2 ** 31 } }),
    '.connectionPool.http1MaxPendingRequests',
    /is 2147483648/,
    /1 to 2147483647/,
  ],
  [
    'requests in a text',
    policy({ connectionPool: { http2MaxRequests: '100' } }),
    '.connectionPool.http2MaxRequests',
    /text "100", not a number/,
    /without quotes, such as 1000/,
  ],
  [
    'more than 2^29 requests',
    policy({ connectionPool: { maxRequestsPerConnection: 2 ** 29 + 1 } }),
    '.connectionPool.maxRequestsPerConnection',
    /is 536870913/,
    /leave it out for no limit/,
  ],
  [
    'connecting takes as long as the time-out',
    policy({ timeout: '1s', connectionPool: { connectTimeout: '1s' } }),
    '.connectionPool.connectTimeout',
    /is 1s, no shorter than timeout, which is 1s/,
    /less than 1s/,
  ],
  [
    'connecting takes longer than a try',
    policy({
      timeout: '10s',
      retries: { attempts: 1, perTryTimeout: '2s' },
      connectionPool: { connectTimeout: '3s' },
    }),
    '.connectionPool.connectTimeout',
    /no shorter than retries.perTryTimeout, which is 2s/,
    /less than 2s/,
  ],
  [
    'connecting within 0 s',
    policy({ connectionPool: { connectTimeout: '0s' } }),
    '.connectionPool.connectTimeout',
    /shorter than 1ms/,
    /at least 1ms/,
  ],
  [
    'a drill without an end that is one',
    policy({ drills: [{ delay, until: 'tomorrow' }] }),
    '.drills[0].until',
    /"tomorrow", neither a date nor a time/,
    /such as "2030-01-31"/,
  ],
  [
    'a drill that ends at a time of nowhere',
    policy({ drills: [{ delay, until: '2030-01-31T18:00:00' }] }),
    '.drills[0].until',
    /a time without a zone/,
    /18:00:00Z/,
  ],
  [
    'a drill for no reason',
    policy({ drills: [{ delay, reason: ' ' }] }),
    '.drills[0].reason',
    /is empty/,
    /what the drill is for/,
  ],
  ['duration without a unit', policy({ timeout: '10' }), '.timeout', /"10", not a duration/, /such as 10s/],
  ['duration of days', policy({ timeout: '1d' }), '.timeout', /not a duration/, /h, m, s or ms/],
  ['duration negative', policy({ timeout: '-1s' }), '.timeout', /not a duration/, /such as 10s/],
  ['duration 0', policy({ timeout: '0s' }), '.timeout', /shorter than 1ms/, /at least 1ms/],
  ['duration a number', policy({ timeout: 10 }), '.timeout', /is 10, not a text/, /such as 10s/],
  [
    'retries unbounded',
    policy({ retries: { attempts: 2 } }),
    '.retries.perTryTimeout',
    /is missing/,
    /such as 2s/,
  ],
  [
    'retries negative',
    policy({ retries: { attempts: -1, perTryTimeout: '1s' } }),
    '.retries.attempts',
    /is -1/,
    /after the first try/,
  ],
  [
    'retryOn of nothing known',
    policy({ retries: { attempts: 1, perTryTimeout: '1s', retryOn: '5xx,conect-failure' } }),
    '.retries.retryOn',
    /"conect-failure"/,
    /did you mean connect-failure/,
  ],
  [
    'time-out below the retry budget',
    policy({ timeout: '5s', retries: { attempts: 2, perTryTimeout: '2s' } }),
    '.timeout',
    /shorter than 6s, which 3 tries of 2s take/,
    /at least 6s/,
  ],
  [
    'drill of nothing',
    policy({ drills: [{ match: [jason] }] }),
    '.drills[0]',
    /neither delay nor abort/,
    /fixedDelay/,
  ],
  [
    'abort with 199',
    policy({ drills: [{ abort: { httpStatus: 199, percent: 1 } }] }),
    '.drills[0].abort.httpStatus',
    /is 199/,
    /200 to 599/,
  ],
  [
    'abort with 600',
    policy({ drills: [{ abort: { httpStatus: 600, percent: 1 } }] }),
    '.drills[0].abort.httpStatus',
    /is 600/,
    /200 to 599/,
  ],
  [
    'delay of 0 %',
    policy({ drills: [{ delay: { fixedDelay: '7s', percent: 0 } }] }),
    '.drills[0].delay.percent',
    /is 0/,
    /share in per cent/,
  ],
  [
    'delay without a time',
    policy({ drills: [{ delay: { percent: 100 } }] }),
    '.drills[0].delay.fixedDelay',
    /is missing/,
    /such as 7s/,
  ],
  [
    'drill for nobody',
    policy({ drills: [{ match: [], delay }] }),
    '.drills[0].match',
    /is empty/,
    /leave match out/,
  ],
  [
    'drill never reached',
    policy({ drills: [{ delay }, { match: [jason], delay }] }),
    '.drills[0]',
    /never reached/,
    /last/,
  ],
  [
    'two patterns on one header',
    policy({
      match: [{ header: 'end-user', regex: 'j.*' }],
      drills: [{ match: [{ header: 'end-user', prefix: 'ja' }], delay }],
    }),
    '.drills[0].match[0]',
    /same header/,
    /use exact/,
  ],
];

test('there are at least sixty cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(([name]) => name)).size).toBe(cases.length);
});

test.each(cases)('refuses: %s', (_name, raw, at, problem, remedy) => {
  const result = parseReleases(raw, path);
  expect(result.ok ? [] : result.problems).toEqual([
    { path: `${path}${at}`, problem: like(problem), remedy: like(remedy) },
  ]);
});

test('says everything at once, rules across keys included', () => {
  const result = parseReleases(
    {
      service: 'Reviews',
      stable: { version: 'v1', image: 'x' },
      canary: { version: 'v1' },
      steps: [10, '20', 101, 50],
      timeout: '1s',
      retries: { attempts: 1, perTryTimeout: '1s' },
      wieght: 3,
      match: [{ exact: 'a', headr: 'b' }],
    },
    path,
  );
  expect((result.ok ? [] : result.problems).map((problem) => problem.path).sort()).toEqual(
    [
      '.canary.version',
      '.match[0]',
      '.match[0].headr',
      '.service',
      '.stable.image',
      '.steps[0]',
      '.steps[1]',
      '.steps[2]',
      '.steps[3]',
      '.timeout',
      '.wieght',
    ].map((at) => path + at),
  );
});

test('places problems in a list of releases, and refuses a service twice', () => {
  const result = parseReleases([good(), steps(0, 101, 100)], path);
  expect(result.ok ? [] : result.problems).toEqual([
    expect.objectContaining({ path: `${path}[1].steps[1]` }),
    {
      path: `${path}[1].service`,
      problem: 'is reviews, which has a release already (bookinfo:release[0])',
      remedy: 'keep one release for each service',
    },
  ]);
});

test('never shows more of a value than a line', () => {
  const result = parseReleases(withKey('steps', 'x'.repeat(10_000)), path);
  expect(result.ok ? '' : result.problems[0]!.problem.length).toBeLessThan(120);
});
