import { SCRIPT_PATH } from '../../../components/edge/pure';
import type { Visit } from './chromium';

/** Colour of the stars by version of reviews; the first version has none. */
const colours: Readonly<Record<string, string>> = { v2: 'black', v3: 'red' };

/** The version of reviews that the page says it was served by. */
export async function servedBy({ page }: Visit): Promise<string> {
  const pod = await page.locator('#reviews u').innerText();
  const version = /^reviews-(v\d+)/.exec(pod)?.[1];
  if (version === undefined) throw new Error(`the page was served by ${pod}, which is no version of reviews`);
  return version;
}

/** The page is whole and shows the stars of the version that answered, and of no other. */
export async function expectBookinfo(visited: Visit): Promise<void> {
  const { page } = visited;
  const colour = colours[await servedBy(visited)];
  expect(await page.title()).toBe('Simple Bookstore App');
  expect(await page.locator('h1').innerText()).toBe('The Comedy of Errors');
  expect(await page.locator('#details dd').count()).toBe(5);
  expect(await page.locator('blockquote').count()).toBe(2);
  expect(await page.locator('.error').count()).toBe(0);
  const stars = page.locator('.stars');
  expect(await stars.allInnerTexts()).toEqual(colour === undefined ? [] : ['★★★★★', '★★★★☆']);
  const shown = await page.evaluate<string[]>(
    `[...document.querySelectorAll('.stars')].map((stars) => stars.style.color)`,
  );
  expect(shown).toEqual(colour === undefined ? [] : [colour, colour]);
}

/** Both scripts are in the page once, in the HTML as it came and in what the browser made of it. */
export async function expectSnippetOnce({ page, html }: Visit, sdkUrl: string): Promise<void> {
  for (const source of [sdkUrl, SCRIPT_PATH]) {
    expect(html.split(`src="${source}"`)).toHaveLength(2);
    expect(await page.locator(`script[src="${source}"]`).count()).toBe(1);
  }
  expect(await page.locator('script').count()).toBe(2);
}

/** Nothing was blocked, nothing failed, and nobody got a script in. */
export async function expectPeace(visited: Visit): Promise<void> {
  expect(await visited.violations()).toEqual([]);
  expect(visited.surprises).toEqual([]);
  expect(await visited.page.evaluate<unknown>('window.pwned')).toBeUndefined();
}
