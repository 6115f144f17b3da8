import { DEFAULT_SDK, type EdgeSettings } from '../../components/edge/pure';
import {
  screenshot,
  startChromium,
  visit,
  type Browser,
  type Visit,
  type VisitOptions,
} from './support/chromium';
import { expectBookinfo, expectPeace, expectSnippetOnce, servedBy } from './support/expectations';
import { context, edgeSite, type Site } from './support/site';

const settings: EdgeSettings = {
  rum: {
    applicationId: 'bookinfo_web',
    datakitOrigin: 'http://rum.example.com:9529',
    tracingSampleRate: 50,
    allowedTracingUrls: ['https://api.example.com/v1'],
  },
};

let browser: Browser;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  browser = await startChromium();
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(async () => {
  await browser?.close();
});

async function see(
  of: EdgeSettings,
  version?: string,
  options?: VisitOptions,
): Promise<Visit & { site: Site }> {
  const site = await edgeSite(of, version);
  open.push(() => site.stop());
  const visited = await visit(browser.context, `${site.url}/productpage`, options);
  open.push(() => visited.page.close());
  return { ...visited, site };
}

describe.each(['v1', 'v2', 'v3'])('with reviews %s', (version) => {
  test('the page has its stars, the snippet once and no violation of the policy', async () => {
    const visited = await see(settings, version);
    expect(await servedBy(visited)).toBe(version);
    await expectBookinfo(visited);
    await expectSnippetOnce(visited, DEFAULT_SDK);
    await expectPeace(visited);
    await screenshot(visited.page, `productpage-reviews-${version}`);
  });
});

test('the SDK is started once, with the configured values', async () => {
  const visited = await see(settings);
  expect(await visited.inits()).toEqual([
    {
      applicationId: 'bookinfo_web',
      datakitOrigin: 'http://rum.example.com:9529',
      env: context.environment,
      version: context.version,
      service: 'productpage',
      sessionSampleRate: 100,
      sessionReplaySampleRate: 0,
      trackUserInteractions: true,
      tracingSampleRate: 50,
      traceType: 'zipkin',
      traceId128Bit: false,
      allowedTracingUrls: ['https://api.example.com/v1'],
    },
  ]);
  expect(await visited.page.evaluate('window.replay')).toBeUndefined();
});

test.each([
  ['an end of the script', `</script><script>window.pwned = 1; alert(1)</script>`],
  ['a comment and an element', `<!--<script>--><img src=x onerror="window.pwned = 1">`],
  ['quotes', `"}); window.pwned = 1; ({"a":"' + (window.pwned = 1) + '\``],
  ['ends of lines', 'a\r\n window.pwned = 1 \u2028 window.pwned = 1 \u2029 // \u0000'],
  ["nginx's own signs", `\\"; } } \${host} $request_id 'off'; return 500; # {`],
  ['a directive of the policy', `; script-src * 'unsafe-inline'; report-uri http://evil.example.com`],
  ['what is not text', '\ud800 \udfff \ufeff é 星 🌟'],
])('a hostile value stays a value: %s', async (_, hostile) => {
  const plain = await see(settings);
  const visited = await see({
    rum: {
      applicationId: hostile,
      site: 'https://rum.example.com',
      clientToken: hostile,
      env: hostile,
      version: hostile,
      service: hostile,
    },
  });
  expect(await visited.inits()).toEqual([
    expect.objectContaining({
      applicationId: hostile,
      clientToken: hostile,
      env: hostile,
      version: hostile,
      service: hostile,
    }),
  ]);
  await expectBookinfo(visited);
  await expectSnippetOnce(visited, DEFAULT_SDK);
  await expectPeace(visited);
  const policy = (one: Visit) => one.headers['content-security-policy']!;
  expect(policy(visited)).toBe(
    policy(plain).replace(/connect-src [^;]*/, "connect-src 'self' https://rum.example.com"),
  );
});

test('the policy bites: an inline script does not run and no other host is asked', async () => {
  const { page, violations } = await see(settings);
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'window.pwned = 1';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.pwned = 2">');
  }`);
  const asked = (url: string) =>
    page.evaluate<string>(`fetch(${JSON.stringify(url)}).then(() => 'answered', (error) => error.message)`);
  expect(await asked('http://evil.example.com/')).toBe('Failed to fetch');
  await page.waitForFunction('window.cspViolations.length >= 3');
  expect([...(await violations())].sort()).toEqual([
    'connect-src http://evil.example.com/',
    'script-src-attr inline',
    'script-src-elem inline',
  ]);
  expect(await page.evaluate<unknown>('window.pwned')).toBeUndefined();
});

test('the browser may report to DataKit and call what it may trace', async () => {
  const { page, violations } = await see(settings);
  const headers = { 'access-control-allow-origin': '*' };
  await page.route(/^http:\/\/rum\.example\.com:9529\/|^https:\/\/api\.example\.com\//, (route) =>
    route.fulfill({ headers, body: 'ok' }),
  );
  for (const url of ['http://rum.example.com:9529/v1/write/rum', 'https://api.example.com/v1/books']) {
    expect(await page.evaluate(`fetch('${url}').then((answer) => answer.text())`)).toBe('ok');
  }
  expect(await violations()).toEqual([]);
});

test('recording the screen is started where it is asked for, and its worker may run', async () => {
  const { page, inits, violations } = await see({ rum: { ...settings.rum, sessionReplaySampleRate: 10 } });
  expect(await inits()).toEqual([expect.objectContaining({ sessionReplaySampleRate: 10 })]);
  expect(await page.evaluate('window.replay')).toBe(true);
  const answer = await page.evaluate(`new Promise((resolve, reject) => {
    const code = new Blob(['postMessage("compressed")'], { type: 'text/javascript' });
    const worker = new Worker(URL.createObjectURL(code));
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = () => reject(new Error('blocked'));
  })`);
  expect(answer).toBe('compressed');
  expect(await violations()).toEqual([]);
});

test('a host of the SDK that is down costs the page nothing', async () => {
  const visited = await see(settings, 'v3', { sdkReachable: false });
  await expectBookinfo(visited);
  await expectPeace(visited);
  expect(await visited.inits()).toEqual([]);
});

test('signing in works through the edge, and the snippet is in the page that follows', async () => {
  const visited = await see(settings, 'v2');
  const { page, site } = visited;
  await page.locator('input[name=username]').fill('jason');
  await page.locator('form button').click();
  await page.waitForSelector('#user');
  expect(await page.locator('#user').innerText()).toBe('jason');
  expect(page.url()).toBe(`${site.url}/productpage`);
  await expectBookinfo(visited);
  expect(await visited.inits()).toHaveLength(1);
  await expectPeace(visited);
  await screenshot(page, 'productpage-signed-in');
});

test('a policy that only reports blocks nothing', async () => {
  const { page, headers, violations } = await see({
    ...settings,
    contentSecurityPolicy: { reportOnly: true },
  });
  expect(headers['content-security-policy']).toBeUndefined();
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'window.reached = 1';
    document.body.append(script);
  }`);
  await page.waitForFunction('window.cspViolations.length >= 1');
  expect(await violations()).toEqual(['script-src-elem inline']);
  expect(await page.evaluate('window.reached')).toBe(1);
});
