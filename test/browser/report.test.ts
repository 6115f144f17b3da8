import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderReleaseHtml } from '../../release/report';
import { renderHtml } from '../../rehearsal/report';
import { badReport as rehearsedBadly, goodReport as rehearsed } from '../unit/rehearsal/report/fixture';
import { badReport, goodReport } from '../unit/release/report/fixture';
import { screenshot, startChromium, type Browser } from './support/chromium';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-'));
  browser = await startChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page from a file, as somebody does who was sent one, and keeps all that it asks for and complains of. */
async function open(name: string, html: string, width: number) {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  const page = await browser.context.newPage();
  await page.setViewportSize({ width, height: 900 });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  const url = pathToFileURL(file).href;
  await page.goto(url, { waitUntil: 'load' });
  return { page, url, requests, complaints };
}

/** Both kinds of report, of what went well and of what did not, with something that each must say. */
const reports = {
  release: async () => ({ html: await renderReleaseHtml(good), says: good.summary }),
  'release-back': async () => ({ html: await renderReleaseHtml(bad), says: bad.summary }),
  rehearsal: async () => ({ html: await renderHtml(rehearsed()), says: 'reviews' }),
  'rehearsal-failed': async () => ({ html: await renderHtml(rehearsedBadly()), says: 'reviews' }),
};
const [good, bad] = [goodReport(), badReport()];

test.each(
  Object.entries(reports).flatMap(([name, render]) =>
    [1280, 400].map((width) => [name, width, render] as const),
  ),
)('the report %s opens at %i pixels, and asks nobody for anything', async (name, width, render) => {
  const { html, says } = await render();
  const { page, url, requests, complaints } = await open(`${name}-${width}`, html, width);
  expect({ requests, complaints }).toEqual({ requests: [url], complaints: [] });
  expect(await page.locator('body').innerText()).toContain(says);
  // One drawing of each plot is shown, the one that fits the width, and nothing sticks out of the page.
  const plots = await page.locator('figure svg:visible').count();
  expect(plots).toBe(await page.locator('figure').count());
  expect(plots).toBeGreaterThanOrEqual(3);
  const [content, shown] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  expect(content).toBeLessThanOrEqual(shown);
  await screenshot(page, `report-${name}-${width}`);
  await page.close();
});
