import { proxyAuthority } from '../../../../rehearsal/workloads/calls/dial';
import { Town, type Answer } from './town';

let town: Town;
beforeEach(async () => {
  town = new Town();
  await town.open();
});
afterEach(() => town.close());

const parsed = (answer: Answer): unknown => JSON.parse(answer.body);

test('details tells about the book, and refuses what is no number', async () => {
  const details = await town.settle('details', 'v1');
  expect(parsed(await details.ask('/details/0'))).toMatchObject({
    id: 0,
    'ISBN-10': '1234567890',
    pages: 200,
  });
  expect((await details.ask('/details/abc')).status).toBe(400);
  expect((await details.ask('/elsewhere')).status).toBe(404);
});

test('ratings gives stars and keeps posted ones', async () => {
  const ratings = await town.settle('ratings', 'v1');
  const initial = { id: 0, ratings: { Reviewer1: 5, Reviewer2: 4 } };
  expect(parsed(await ratings.ask('/ratings/0'))).toEqual(initial);
  await ratings.ask('/ratings/1', { method: 'POST', body: '{"Reviewer1":1}' });
  expect(parsed(await ratings.ask('/ratings/1'))).toEqual({ id: 1, ratings: { Reviewer1: 1 } });
  expect(parsed(await ratings.ask('/ratings/0'))).toEqual(initial);
  expect((await ratings.ask('/ratings/0', { method: 'POST', body: '{' })).status).toBe(400);
});

test.each([
  ['v1', undefined],
  ['v2', { stars: 5, color: 'black' }],
  ['v3', { stars: 5, color: 'red' }],
])('reviews %s rates by %j', async (version, rating) => {
  await town.settle('ratings', 'v1');
  const reviews = await town.settle('reviews', version);
  const answer = parsed(await reviews.ask('/reviews/0')) as {
    podname: string;
    reviews: { rating?: unknown }[];
  };
  expect(answer.podname).toBe(`reviews-${version}-aaaa-bbbb`);
  expect(answer.reviews).toHaveLength(2);
  expect(answer.reviews[0]?.rating).toEqual(rating);
  expect(town.asked).toHaveLength(version === 'v1' ? 0 : 1);
});

test('the image decides about the stars where the version has a name of its own', async () => {
  await town.settle('ratings', 'v1');
  const reviews = await town.settle('reviews', 'canary');
  const image = 'docker.io/istio/examples-bookinfo-reviews-v3:1.20.3';
  const renamed = await town.settle('reviews', 'next', {
    containers: reviews.pod.containers.map((one) => ({
      ...one,
      image,
      ports: [{ port: one.ports[0]!.port + 1 }],
    })),
  });
  const port = renamed.pod.containers[0]!.ports[0]!.port;
  const answer = (await (await fetch(`http://127.0.0.1:${port}/reviews/0`)).json()) as {
    reviews: { rating: { color: string } }[];
  };
  expect(answer.reviews[0]?.rating.color).toBe('red');
});

test('reviews says so when ratings cannot be had', async () => {
  const reviews = await town.settle('reviews', 'v2');
  const answer = await reviews.ask('/reviews/0');
  expect(answer.status).toBe(200);
  expect(answer.body).toContain('Ratings service is currently unavailable');
});

test('the version with red stars waits for ratings less long than it takes', async () => {
  await town.settle('ratings', 'v1');
  town.faults.setFault({ service: 'ratings' }, { latency: { fixedMs: 60_000 } });
  const reviews = await town.settle('reviews', 'v3');
  const started = Date.now();
  const answer = await reviews.ask('/reviews/0');
  expect(answer.body).toContain('Ratings service is currently unavailable');
  expect(Date.now() - started).toBeGreaterThanOrEqual(2400);
  expect(Date.now() - started).toBeLessThan(50_000);
});

describe('productpage', () => {
  test('shows details, reviews and who served them', async () => {
    await town.settle('details', 'v1');
    await town.settle('ratings', 'v1');
    await town.settle('reviews', 'v2');
    const page = await (await town.settle('productpage', 'v1')).ask('/productpage');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Reviews served by: <u>reviews-v2-aaaa-bbbb</u>');
    expect(page.body).toContain('<dd>1234567890</dd>');
    expect(page.body).toContain('color:black');
    expect(page.body).not.toContain('unavailable');
  });

  test('asks reviews twice, details once, and shows what it could not get', async () => {
    const page = await (await town.settle('productpage', 'v1')).ask('/productpage');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Sorry, product details are currently unavailable for this book.');
    expect(page.body).toContain('Sorry, product reviews are currently unavailable for this book.');
    expect(town.asked.map(({ host }) => host.split(':')[0])).toEqual(['details', 'reviews', 'reviews']);
  });

  test('passes the trace and the signed-in user on, down to ratings', async () => {
    await town.settle('details', 'v1');
    await town.settle('ratings', 'v1');
    await town.settle('reviews', 'v2');
    const productpage = await town.settle('productpage', 'v1');
    const login = await productpage.ask('/login', { method: 'POST', body: 'username=jason&passwd=' });
    expect(login.status).toBe(302);
    const cookie = String(login.headers['set-cookie']).split(';')[0]!;
    const trace = {
      'x-request-id': 'r',
      'x-b3-traceid': 't',
      b3: 'b',
      traceparent: 'w',
      'x-ot-span-context': 'o',
    };
    const page = await productpage.ask('/productpage', { headers: { ...trace, cookie, 'x-other': 'no' } });
    expect(page.body).toContain('<span id="user">jason</span>');
    expect(town.asked.map(({ host }) => host.split(':')[0])).toEqual(['details', 'reviews', 'ratings']);
    for (const { headers } of town.asked) {
      expect(headers).toMatchObject({ ...trace, 'end-user': 'jason', cookie });
      expect(headers).not.toHaveProperty('x-other');
    }
  });

  test('takes no end user from the client, and none after the logout', async () => {
    const productpage = await town.settle('productpage', 'v1');
    await productpage.ask('/productpage', { headers: { 'end-user': 'jason', cookie: 'session=garbage' } });
    expect(town.asked[0]?.headers).not.toHaveProperty('end-user');
    expect(String((await productpage.ask('/logout')).headers['set-cookie'])).toContain('Max-Age=0');
  });

  test('serves its API', async () => {
    await town.settle('details', 'v1');
    await town.settle('ratings', 'v1');
    await town.settle('reviews', 'v1');
    const productpage = await town.settle('productpage', 'v1');
    expect(parsed(await productpage.ask('/api/v1/products'))).toMatchObject([{ id: 0 }]);
    expect(parsed(await productpage.ask('/api/v1/products/0'))).toMatchObject({ publisher: 'PublisherA' });
    expect(parsed(await productpage.ask('/api/v1/products/0/reviews'))).toMatchObject({ id: '0' });
    expect(parsed(await productpage.ask('/api/v1/products/0/ratings'))).toMatchObject({ id: 0 });
    expect((await productpage.ask('/static/page.css')).status).toBe(200);
    town.leave('ratings');
    expect((await productpage.ask('/api/v1/products/0/ratings')).status).toBe(503);
  });

  test('escapes what it shows', async () => {
    const productpage = await town.settle('productpage', 'v1');
    const body = `username=${encodeURIComponent('<script>alert(1)</script>')}`;
    const login = await productpage.ask('/login', { method: 'POST', body });
    const cookie = String(login.headers['set-cookie']).split(';')[0]!;
    const page = await productpage.ask('/productpage', { headers: { cookie } });
    expect(page.body).toContain('&lt;script&gt;');
    expect(page.body).not.toContain('<script>');
  });
});

test.each(['details', 'ratings', 'reviews', 'productpage'])('%s says that it is healthy', async (service) => {
  const answer = await (await town.settle(service, 'v1')).ask('/health');
  expect(answer.status).toBe(200);
  expect(answer.body).toMatch(/healthy/);
});

test('another application is played too, and calls whom its annotation names', async () => {
  await town.settle('stock', 'v1');
  const annotations = { 'rehearsal/calls': 'http://stock:8080/items' };
  const shop = await town.settle('shop', '2.0', { annotations });
  const self = { service: 'shop', version: '2.0', podname: 'shop-2.0-aaaa-bbbb' };
  const stock = { service: 'stock', version: 'v1', podname: 'stock-v1-aaaa-bbbb', calls: [] };
  expect(parsed(await shop.ask('/'))).toEqual({
    ...self,
    calls: [{ url: 'http://stock:8080/items', status: 200, answer: stock }],
  });
  town.leave('stock');
  expect((await shop.ask('/')).status).toBe(502);
});

test("the sidecar's proxy finds a service by its name and its port twice", () => {
  expect(proxyAuthority(new URL('http://reviews:9080/reviews/0'))).toBe('reviews:9080:9080');
  expect(proxyAuthority(new URL('http://web/'))).toBe('web:80:80');
});
