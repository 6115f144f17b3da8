import type { ResolvedEdge } from './resolve';
import type { Directive } from './settings';

/**
 * The only inline script of productpage, the one that opens its sign-in dialog, in the images 1.20.x. A changed script
 * has another hash: the browser's console names it, and `allow` takes it.
 */
export const SIGN_IN_SCRIPT = "'sha256-Xbg1KrvEiDCVaP3UbeN8nwU8gEMY789lc/moVMKnlKQ='";

const originOf = (url: string): string => new URL(url).origin;

/**
 * What the page itself needs, and what the SDK needs.
 *
 * - Scripts: the page's own files, the start of the monitoring among them (see `rumScript`), one inline script by its
 *   hash, and the SDK from its host. No `unsafe-inline`, so text that gets into the page cannot run.
 * - Styles: inline ones are allowed, because productpage's style sheet is a script that makes them in the browser.
 * - Connections: where the SDK reports to, and the addresses that traced requests may go to.
 * - Workers: the SDK compresses recordings of the screen in one that it makes of a blob.
 */
function sources({ rum }: ResolvedEdge): Readonly<Record<Directive, readonly string[]>> {
  const reports = rum.datakitOrigin ?? rum.site ?? '';
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'", SIGN_IN_SCRIPT, originOf(rum.sdkUrl)],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...[reports, ...rum.allowedTracingUrls].map(originOf)],
    'worker-src': rum.sessionReplaySampleRate > 0 ? ["'self'", 'blob:'] : ["'self'"],
    'frame-src': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'self'"],
  };
}

/** The policy as browsers read it. 'none' only stands alone, so it goes where something is allowed. */
export function contentSecurityPolicy(settings: ResolvedEdge): string {
  const allow = settings.contentSecurityPolicy.allow;
  const entries = Object.entries(sources(settings)).map(([name, own]) => {
    const all = [...new Set([...own, ...(allow[name as Directive] ?? [])])];
    const some = all.filter((source) => source !== "'none'");
    return [name, ...(some.length > 0 ? some : ["'none'"])].join(' ');
  });
  return [...entries, "object-src 'none'", "base-uri 'self'"].join('; ');
}
