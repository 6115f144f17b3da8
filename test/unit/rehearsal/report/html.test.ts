import { renderHtml, type Report } from '../../../../rehearsal/report';
import { badReport, goodReport } from './fixture';

const hostile = `</script></svg></style><img src=x onerror="alert('x')">&"'\`<b>`;

/** Hostile text in every place where a report carries free text. */
function hostileReport(): Report {
  const report = goodReport();
  report.service = hostile;
  report.tools = { [hostile]: hostile };
  report.machine = { cores: 2, memoryGiB: 24, platform: hostile };
  for (const step of report.steps) {
    step.step = hostile;
    step.changed = [hostile];
    step.observed[hostile] = 1;
  }
  for (const event of report.timeline ?? []) Object.assign(event, { what: hostile, canary: hostile });
  for (const window of report.rates?.windows ?? []) window.perVersion[hostile] = 5;
  report.latency = { [hostile]: { p50: 1, p90: 2, p99: 3 } };
  report.admission = { level: hostile, pods: 1, refused: [hostile] };
  report.repeats = [{ what: hostile, changes: 1 }];
  report.supersede = report.supersede && {
    ...report.supersede,
    replaced: hostile,
    by: hostile,
    moves: [{ what: hostile, upSeconds: 1, changed: [hostile] }],
  };
  return report;
}

const ids = (page: string) => [...page.matchAll(/<figure id="([^"]*)"/g)].map((m) => m[1]);

describe('the page of a report', () => {
  let good = '';
  let bad = '';
  beforeAll(async () => {
    good = await renderHtml(goodReport());
    bad = await renderHtml(badReport());
  });

  test('loads nothing: no script, no address, a policy that forbids both', () => {
    for (const page of [good, bad]) {
      expect(page).not.toMatch(/(?:src|href|srcset|action)\s*=/i);
      expect(page).not.toMatch(/https?:|\/\/[a-z]/i);
      expect(page).not.toMatch(/@import|@font-face|<script|<link|<iframe|<object|<embed/i);
      expect(page.replace(/url\(#[\w-]+\)/g, '')).not.toMatch(/url\(/i);
      expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    }
  });

  test('has every plot at both widths, each a drawing with labelled axes', () => {
    expect(ids(good)).toEqual(['share', 'requests', 'failures', 'latency', 'durations']);
    const figures = good.match(/<figure[\s\S]*?<\/figure>/g) ?? [];
    const units = [
      'per cent of the answers',
      'answers per second',
      'failed requests per second',
      'milliseconds',
      'seconds',
    ];
    figures.forEach((figure, i) => {
      expect(figure.match(/<svg /g)).toHaveLength(2);
      expect(figure.match(/<\/svg>/g)).toHaveLength(2);
      expect(figure.split(`>${units[i]}<`)).toHaveLength(3);
      expect((figure.match(/<path /g) ?? []).length).toBeGreaterThan(10);
    });
  });

  test('keeps the parts of different drawings apart', () => {
    const all = [...good.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(all).size).toBe(all.length);
    const used = [...good.matchAll(/url\(#([^)]+)\)/g)].map((m) => m[1]);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((id) => !all.includes(id))).toEqual([]);
  });

  test('draws in colours that follow light and dark', () => {
    expect(good).toContain('prefers-color-scheme:dark');
    const drawings = (good.match(/<figure[\s\S]*?<\/figure>/g) ?? []).join('');
    expect(drawings).toContain('var(--canary)');
    const fixed = [...drawings.matchAll(/(?:fill|stroke)="(#[0-9a-f]{3,8})"/g)]
      .map((m) => m[1])
      .filter((colour) => colour !== '#000');
    expect(fixed).toEqual([]);
  });

  test('says what holds and what not', () => {
    expect(good).toContain('All 19 checks hold');
    expect(good).not.toContain('Failed: ');
    expect(good).toContain('none failed');
    expect(bad).toContain('19 of 19 checks failed');
    expect(bad.match(/Failed: /g)).toHaveLength(19);
    expect(bad).not.toContain('none failed');
  });

  test('holds the numbers, the tools and the limits of a rehearsal', () => {
    for (const text of ['23.8–26.2', '1,289', '78,402', 'kube-apiserver', '1.36.3'])
      expect(good).toContain(text);
    for (const text of ['NetworkPolicies', 'Containers and images']) expect(good).toContain(text);
    expect(good).toContain('urn:pulumi:rehearsal::bookinfo-canary');
  });

  test('tells whose provider ran', async () => {
    expect(good).toContain('own small plugin');
    const official = await renderHtml({ ...goodReport(), provider: 'official' });
    expect(official).toContain('The official Kubernetes provider plugin.');
    expect(official).not.toContain('own small plugin');
  });

  test('tells how sidecars were played, and why not whole', async () => {
    expect(good).toContain('mutual TLS between pods');
    const because = 'pods cannot have network namespaces of their own here (nft: not found)';
    const page = await renderHtml({ ...goodReport(), sidecars: { kind: 'outbound', because } });
    expect(page).toContain('Mutual TLS on the wire and the policies that go by it');
    expect(page).toContain(because);
    expect(page).not.toContain('mutual TLS between pods');
  });

  test('is for phones too: a viewport, and drawings of a phone’s width', () => {
    expect(good).toContain('name="viewport" content="width=device-width, initial-scale=1"');
    expect(good.match(/viewBox="0 0 400 \d+"/g)).toHaveLength(5);
    expect(good.match(/viewBox="0 0 960 \d+"/g)).toHaveLength(5);
  });
});

test('hostile text stays text', async () => {
  const page = await renderHtml(hostileReport());
  expect(page).toContain('&lt;/script&gt;');
  expect(page).not.toMatch(/<\/script|<img|<b>/i);
  expect(page).not.toMatch(/<[^>]*\sonerror=/i);
  expect(page.match(/<style>/g)).toHaveLength(1);
  expect(page.match(/<\/style>/g)).toHaveLength(1);
  expect(page.match(/<svg/g)?.length).toBe(page.match(/<\/svg>/g)?.length);
  // Quotes have left no attribute open: outside of tags there is no stray piece of one.
  const body = page.replace(/<style>[^<]*<\/style>/, '');
  expect(body.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>"]/);
});

test('a run without traffic data still has a page, with the plots that can be drawn', async () => {
  const { rates: _rates, latency: _latency, timeline: _timeline, ...report } = goodReport();
  const page = await renderHtml(report);
  expect(ids(page)).toEqual(['durations']);
});

test('an hour of traffic makes no larger page than two minutes', async () => {
  const report = goodReport();
  const windows = Array.from({ length: 14_400 }, (_, i) => ({
    t: i / 4,
    perVersion: { v1: 100 + (i % 17), v2: i % 13 },
    failures: i % 2,
  }));
  const page = await renderHtml({ ...report, rates: { windowSeconds: 0.25, windows } });
  expect(page.length).toBeLessThan(1_000_000);
  expect((await renderHtml(report)).length).toBeLessThan(1_000_000);
});
