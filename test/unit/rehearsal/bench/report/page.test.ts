import { renderPage } from '../../../../../rehearsal/bench/report/page';
import { benchFixture } from '../fixture';

let page = '';
beforeAll(async () => {
  page = await renderPage(benchFixture());
});

test('it is one page that loads nothing and runs nothing', () => {
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  expect(page).not.toMatch(/<script|https?:|<link|<img/);
});

test('what others wrote is text', () => {
  expect(page).toContain('A processor &lt;of&gt; some &quot;make&quot;');
});

test('it has a drawing of timings, growth and phases, each for two widths', () => {
  expect(page.match(/<svg /g)).toHaveLength(6);
  for (const { what } of benchFixture().timings) expect(page).toContain(what.replaceAll("'", '&#39;'));
  expect(page).not.toMatch(/NaN|undefined/);
});

test('memory that could not be measured is left out', async () => {
  expect(await renderPage({ ...benchFixture(), memory: undefined })).not.toContain('<h2>Memory</h2>');
});
