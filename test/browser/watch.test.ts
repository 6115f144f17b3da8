import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { renderReleaseHtml } from '../../release/report';
import { serveWatch, spanOf, viewOf, type ViewSource } from '../../release/watch';
import { projectRoot } from '../../rehearsal/paths';
import { played } from '../unit/release/watch/fixture';
import { startChromium, type Browser } from './support/chromium';

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** The pictures that the pages show are written by the test that checks what is on them. */
async function picture(page: Page, name: string, whole = false): Promise<void> {
  const folder = join(projectRoot(), 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole, animations: 'disabled' });
}

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
  readonly foreign: string[];
  readonly end: () => Promise<void>;
}

async function open(source: ViewSource, width: number, scheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const stop = new AbortController();
  const { url, ended } = await serveWatch(source, { port: 0, intervalMs: 50, signal: stop.signal });
  const page = await browser.context.newPage();
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: width < 500 ? 860 : 900 });
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  await page.goto(url, { waitUntil: 'load' });
  return {
    page,
    complaints,
    foreign,
    end: async () => {
      await page.close();
      stop.abort();
      await ended;
    },
  };
}

const [good, bad] = [played('good'), played('bad')];
const replay = (report: typeof good): ViewSource => ({
  look: (at) => Promise.resolve(viewOf(report, at)),
  span: spanOf(report),
});
/** A moment of the third step's bake. */
const middle = Date.parse(good.steps[2]!.gate!.endedAt) - 8_000;

const contentFits = async (page: Page): Promise<boolean> => {
  const [content, shown] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  return content <= shown;
};

describe('a release that is under way', () => {
  /** Moves on by itself, as a release does. */
  const moving = (): ViewSource & { at: number } => {
    const source = { at: middle, look: () => Promise.resolve(viewOf(good, source.at)) };
    return source;
  };

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('is shown live at %i pixels, %s, and asks nobody else for anything', async (width, scheme) => {
    const source = moving();
    const { page, complaints, foreign, end } = await open(source, width, scheme);
    await page.locator('#live.on').waitFor();
    expect(await page.locator('#track [aria-current="step"] b').innerText()).toBe('50 %');
    expect(await page.locator('#standing .badge').innerText()).toBe('Watching step 50');
    expect(await page.locator('#plots figure svg:visible').count()).toBe(3);
    expect(await contentFits(page)).toBe(true);
    await picture(page, `watch-${width < 500 ? 'phone' : 'wide'}-${scheme}`);
    source.at = Date.parse(good.endedAt);
    await page.locator('#standing .badge', { hasText: 'Done' }).waitFor();
    expect(await page.locator('#track [aria-current="step"] b').innerText()).toBe('100 %');
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    await end();
  });

  it('says when it cannot look, and goes on once it can', async () => {
    const source = moving();
    const { look } = source;
    const { page, complaints, end } = await open(source, 1280);
    await page.locator('#live.on').waitFor();
    Object.assign(source, { look: () => Promise.reject(new Error('the API server cannot be asked')) });
    await page.locator('#live.off', { hasText: 'the API server cannot be asked' }).waitFor();
    Object.assign(source, { look });
    source.at += 3_000;
    await page.locator('#live.on').waitFor();
    expect(complaints).toEqual([]);
    await end();
  });
});

describe('a release that is over', () => {
  it('is replayed by the keyboard alone', async () => {
    const { page, complaints, foreign, end } = await open(replay(bad), 1280);
    const badge = page.locator('#standing .badge');
    await badge.getByText('Rolled back').waitFor();
    await picture(page, 'watch-rolled-back');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('moment');
    await page.keyboard.press('Home');
    await badge.getByText('Starting').waitFor();
    await page.keyboard.press('Space');
    await badge.getByText(/Watching step|Taking step/).waitFor();
    await page.keyboard.press('Space');
    expect(await page.locator('#play').getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('End');
    await badge.getByText('Rolled back').waitFor();
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    await end();
  });

  it('has a report with the same figures', async () => {
    const page = await browser.context.newPage();
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.setContent(await renderReleaseHtml(bad), { waitUntil: 'load' });
    expect(await page.locator('body').innerText()).toContain(bad.summary);
    await picture(page, 'release-report');
    await page.close();
  });
});
