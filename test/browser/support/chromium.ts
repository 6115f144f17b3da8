import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { DEFAULT_SDK } from '../../../components/edge/pure';
import { projectRoot } from '../../../rehearsal/paths';
import { findOnPath } from '../../../rehearsal/toolchain/lookup';

/** A browser that talks to nobody but the site under test. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Containers have little of it, and a picture of a long page is large.
  '--disable-dev-shm-usage',
];

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

function executable(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = names.map((name) => findOnPath(name, process.env)).find((path) => path !== undefined);
  if (found === undefined) throw new Error('Chromium is not on PATH: install the package chromium');
  return found;
}

/** Starts Chromium with an empty profile of its own. */
export async function startChromium(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    headless: true,
    args: quiet,
    viewport: { width: 1280, height: 800 },
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface Visit {
  readonly page: Page;
  /** The HTML as it came. */
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What the SDK was started with, one entry for each call of `init`. */
  readonly inits: () => Promise<readonly Record<string, unknown>[]>;
  /** Violations of the policy, as `<directive> <what was blocked>`. */
  readonly violations: () => Promise<readonly string[]>;
  /** Errors of scripts and dialogs that opened. */
  readonly surprises: readonly string[];
}

/** What stands in for the SDK: it notes what it is asked to do. */
const sdkStub = `window.sdkCalls = [];
window.DATAFLUX_RUM = {
  init: function (options) { window.sdkCalls.push(options); },
  startSessionReplayRecording: function () { window.replay = true; }
};`;

/** Runs before any script of the page. */
const watch = `window.cspViolations = [];
document.addEventListener('securitypolicyviolation', function (event) {
  window.cspViolations.push(event.effectiveDirective + ' ' + event.blockedURI);
});`;

export interface VisitOptions {
  /** Where the page gets the SDK. Default: where the settings' default says. */
  readonly sdkUrl?: string;
  /** Whether the SDK's host can be reached. Default true. */
  readonly sdkReachable?: boolean;
}

/** Opens a page and waits until its scripts have run. Nothing but the site and the SDK's stub can be reached. */
export async function visit(
  context: BrowserContext,
  url: string,
  { sdkUrl = DEFAULT_SDK, sdkReachable = true }: VisitOptions = {},
): Promise<Visit> {
  const page = await context.newPage();
  const surprises: string[] = [];
  page.on('pageerror', (error) => surprises.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    surprises.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const { origin } = new URL(url);
  await page.route(
    (address) => address.origin !== origin,
    (route) =>
      sdkReachable && route.request().url() === sdkUrl
        ? route.fulfill({ contentType: 'text/javascript', body: sdkStub })
        : route.abort('connectionrefused'),
  );
  await page.addInitScript(watch);
  const answer = await page.goto(url, { waitUntil: 'load' });
  if (answer === null) throw new Error(`${url} gave no answer`);
  return {
    page,
    html: await answer.text(),
    headers: await answer.allHeaders(),
    inits: () => page.evaluate<Record<string, unknown>[]>('window.sdkCalls ?? []'),
    violations: () => page.evaluate<string[]>('window.cspViolations'),
    surprises,
  };
}

/** Writes a picture to out/browser, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join(projectRoot(), 'out', 'browser');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
