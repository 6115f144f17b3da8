import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemsError } from '../../../../components/validation';
import { feed, resolveGateSettings, startBake } from '../../../../release/gates';
import {
  escapeMarkdown,
  gateReport,
  parseReleaseReport,
  renderMarkdown,
  renderReleaseHtml,
  writeReleaseReport,
  type ReleaseReport,
} from '../../../../release/report';
import { bounds, errorRate, line, shareInterval, shareOf, weights } from '../../../../release/report/series';
import { badReport, goodReport } from './fixture';

const hostile = `</script></style><img src=x onerror="alert('x')">&"'\`<b>|@all [x](javascript:y)`;

function hostileReport(): ReleaseReport {
  const report = badReport();
  const [step] = report.steps;
  const gate = step!.gate!;
  return {
    ...report,
    stack: hostile,
    service: hostile,
    stable: hostile,
    canary: hostile,
    summary: hostile,
    by: { user: hostile, host: hostile, pipeline: hostile },
    steps: [
      {
        ...step!,
        from: hostile,
        to: hostile,
        changed: [hostile],
        gate: {
          ...gate,
          source: hostile,
          summary: hostile,
          checks: [{ ...gate.checks[0]!, id: hostile, rule: hostile, finding: hostile, queries: [hostile] }],
        },
      },
    ],
    rollback: { ...report.rollback!, reason: hostile, from: hostile },
    events: [{ at: report.startedAt, kind: 'note', what: hostile, who: hostile }],
  };
}

describe('the page', () => {
  let pages: Record<'good' | 'bad' | 'hostile' | 'empty', string>;
  beforeAll(async () => {
    pages = {
      good: await renderReleaseHtml(goodReport()),
      bad: await renderReleaseHtml(badReport()),
      hostile: await renderReleaseHtml(hostileReport()),
      empty: await renderReleaseHtml({
        ...goodReport(),
        outcome: 'locked',
        exitCode: 5,
        steps: [],
        events: [],
      }),
    };
  });

  test('loads nothing: no script, no address to load from, a policy that forbids both', () => {
    for (const page of Object.values(pages)) {
      const tags = page.match(/<[a-z][^>]*>/gi)?.join('\n') ?? '';
      expect(tags).not.toMatch(/\s(?:src|href|srcset|action|on\w+)\s*=/i);
      expect(page).not.toMatch(/@import|@font-face|<script|<link|<iframe|<object|<embed|<img/i);
      expect(page.replace(/url\(#[\w-]+\)/g, '')).not.toMatch(/url\(/i);
      expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    }
  });

  test('has the three plots at both widths, as drawings with lines', () => {
    for (const page of [pages.good, pages.bad]) {
      expect([...page.matchAll(/<figure id="([^"]*)"/g)].map((m) => m[1])).toEqual([
        'share',
        'errors',
        'latency',
      ]);
      const drawings = page.match(/<svg aria-hidden[\s\S]*?<\/svg>/g) ?? [];
      expect(drawings).toHaveLength(6);
      for (const drawing of drawings) expect((drawing.match(/<path/g) ?? []).length).toBeGreaterThan(4);
      expect(page).not.toMatch(/"#(?:4a78b5|e08a1e|c8384f)"/);
      const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('says who, what, and what decided', () => {
    expect(pages.good).toMatch(/badge pass">[\s\S]{0,400}<\/svg>Done/);
    for (const words of [
      'reviews: v1 to v2 on prod',
      'alice',
      'build-7',
      'pipeline 42',
      'exit code 0',
      '0 → 10',
      'lock taken',
      'istio_requests_total',
    ]) {
      expect(pages.good).toContain(words);
    }
    expect(pages.bad).toMatch(/badge fail">[\s\S]{0,400}<\/svg>Rolled back/);
    expect(pages.bad).toContain('no request any more after 3.1 s');
    expect(pages.empty).toContain('No step was taken.');
  });

  test('text stays text, whatever it is', () => expect(pages.hostile).not.toMatch(/<img|<b>|<\/script>/));
});

describe('the summary in Markdown', () => {
  test('begins with what came of it', () => {
    expect(renderMarkdown(goodReport()).split('\n')[0]).toBe('## Done: reviews v1 → v2 on prod');
    const bad = renderMarkdown(badReport());
    expect(bad).toMatch(/^## Rolled back/);
    expect(bad).toMatch(/- \*\*errorCeiling\*\* at 10 failed: 50 of 100 requests failed/);
    expect(bad).toMatch(/no request any more after 3.1 s/);
  });

  test('every row of the table has its cells, whatever is in them', () => {
    for (const report of [goodReport(), hostileReport()]) {
      const rows = renderMarkdown(report)
        .split('\n')
        .filter((row) => row.startsWith('|'));
      expect(rows.length).toBe(report.steps.length + 2);
      for (const row of rows) expect(row.replace(/\\\|/g, '').match(/\|/g)).toHaveLength(8);
    }
  });

  test('nothing in it becomes markup, a link or a mention', () => {
    const text = renderMarkdown(hostileReport());
    expect(text).not.toMatch(/<(?:img|b|\/)/);
    expect(text).not.toMatch(/(?<!\\)\]\(/);
    expect(text).not.toMatch(/@all/);
    expect(escapeMarkdown('a|b\n# c')).toBe('a\\|b \\# c');
  });

  // GitLab docs "Quick actions" (a line that begins with a slash), "GitLab Flavored Markdown" (references).
  it.each([
    '/approve',
    ' /merge',
    '\t/approve',
    '\u200b/close',
    '\u001b[0m/approve',
    'x\n/approve',
    '@all',
    '<!-- x -->\n/approve',
    '&1 %2 $3 ^4 #5 !6 ~bug',
  ])('does nothing as text of GitLab: %j', (text) => {
    const shown = escapeMarkdown(text);
    expect(shown).not.toMatch(/^\s*\//m);
    expect(shown).not.toMatch(/@\w|(?<!\\)[#!~%$^]\w|&\d/);
    expect(renderMarkdown({ ...goodReport(), summary: text, by: { user: text, host: text } })).not.toMatch(
      /^\s*\/|@all/m,
    );
  });
});

describe('series', () => {
  test('lines break between bakes, the weight holds to the end, bounds hold over their bake', () => {
    const report = goodReport();
    const shares = line(report, shareOf);
    expect(shares.filter(([, value]) => value === null)).toHaveLength(3);
    expect(shares[0]).toEqual([5, 0.1]);
    expect(line(report, errorRate('canary'))[0]).toEqual([5, 0]);
    expect(weights(report)).toEqual([
      [2.5, 0.1],
      [62.5, 0.5],
      [122.5, 1],
      [180, 1],
    ]);
    expect(weights(badReport()).slice(1)).toEqual([
      [52.2, 0],
      [180, 0],
    ]);
    expect(bounds(report, (gate) => gate.bounds.errorCeiling)[1]).toEqual({ from: 63, to: 110, value: 0.01 });
    expect(
      bounds({ ...report, steps: report.steps.map((one) => ({ ...one, gate: undefined })) }, () => 1),
    ).toEqual([]);
  });

  test('the interval narrows with the requests and holds the weight', () => {
    const [low, high] = [shareInterval(goodReport(), 0), shareInterval(goodReport(), 1)];
    const width = (i: number) => high[i]![1]! - low[i]![1]!;
    expect(width(9)).toBeLessThan(width(0));
    expect(low[0]![1]!).toBeLessThan(0.1);
    expect(high[0]![1]!).toBeGreaterThan(0.1);
  });

  test('a day of looks is thinned, its last one kept', () => {
    const report = goodReport();
    const gate = report.steps[0]!.gate!;
    const points = Array.from({ length: 17_280 }, (_, i) => ({
      ...gate.points[0]!,
      at: new Date(Date.parse(report.startedAt) + i * 5_000).toISOString(),
    }));
    const thinned = line({ ...report, steps: [{ ...report.steps[0]!, gate: { ...gate, points } }] }, shareOf);
    expect(thinned.length).toBeLessThan(250);
    expect(thinned.at(-1)).toEqual([17_279 * 5, null]);
  });
});

test('a bake becomes a part of a report that its own schema takes', () => {
  const settings = resolveGateSettings({ bake: '5s', interval: '1s', latency: { ceiling: '500ms' } });
  const plan = { service: 'reviews', stable: 'v1', canary: 'v2', weight: 10 };
  const seen = (version: string, requests: number, errors: number) =>
    ({
      kind: 'measured',
      version,
      window: { from: 0, to: 1 },
      requests,
      errors,
      latency: { bounds: [10], counts: [requests, 0] },
      newestSample: 1,
      series: 1,
      queries: ['q'],
    }) as const;
  const at = Date.parse('2026-11-21T12:00:01Z');
  const look = (n: number) => ({
    look: {
      at: at + n * 5_000,
      source: 's',
      evidence: { v1: seen('v1', 900 * n, 0), v2: seen('v2', 100 * n, 50 * n) },
    },
  });
  const first = feed(startBake(plan, settings, at - 1_000), look(1));
  const { state, checks, decision } = feed(first.state, look(2));
  const gate = gateReport({ state, checks, decision: decision! }, 'simulated');
  expect(gate).toMatchObject({
    verdict: 'fail',
    looks: 2,
    bounds: { errorCeiling: 0.01, latencyCeilingMs: 500 },
  });
  const report = goodReport();
  const whole = { ...report, steps: [{ ...report.steps[0]!, gate }] };
  expect(parseReleaseReport(JSON.parse(JSON.stringify(whole)))).toEqual(JSON.parse(JSON.stringify(whole)));
});

test.each<[string, (report: Record<string, unknown>) => void, string]>([
  ['an unknown key', (report) => (report['extra'] = 1), '(the whole report)'],
  ['a time that is none', (report) => (report['startedAt'] = 'yesterday'), 'startedAt'],
  ['an outcome that is none', (report) => (report['outcome'] = 'fine'), 'outcome'],
  ['another schema', (report) => (report['schema'] = 2), 'schema'],
])('%s is refused', (_, spoil, path) => {
  const report = goodReport() as unknown as Record<string, unknown>;
  spoil(report);
  expect(() => parseReleaseReport(report)).toThrow(ProblemsError);
  expect(() => parseReleaseReport(report)).toThrow(path);
});

test('three files are written whole, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'release-report-'));
  try {
    const written = await writeReleaseReport(badReport(), join(folder, 'a', 'b'));
    expect((await readdir(join(folder, 'a', 'b'))).sort()).toEqual([
      'release.html',
      'release.json',
      'release.md',
    ]);
    expect(JSON.parse(await readFile(written.json, 'utf8'))).toEqual(badReport());
    expect(await readFile(written.html, 'utf8')).toMatch(/^<!doctype html>/);
    await expect(writeReleaseReport({}, join(folder, 'c'))).rejects.toThrow(ProblemsError);
    await writeFile(join(folder, 'file'), '');
    await expect(writeReleaseReport(badReport(), join(folder, 'file'))).rejects.toThrow(
      /cannot make the folder .*EEXIST/,
    );
    expect((await readdir(folder)).sort()).toEqual(['a', 'file']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
