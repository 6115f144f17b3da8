/** Stands where a secret stood. */
const CONCEALED = '***';

/** Below this a "secret" would be found in half of all words, and hiding it would tell what it is. */
const SHORTEST = 4;

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A page's text with its character references read, of which each server writes others. */
export const withoutReferences = (text: string): string =>
  text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,6})|#x([0-9a-f]{1,5}));/gi, (_, name, decimal, hex) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? parseInt(String(hex), 16) : Number(decimal))
      : characters[String(name).toLowerCase()]!,
  );

/** Takes secrets out of a text, as they are and as a URL, JSON or a header of basic authentication would carry them. */
export function conceal(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => {
      const inAddress = encodeURIComponent(secret);
      const small = inAddress.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
      const inJson = JSON.stringify(secret).slice(1, -1);
      return [secret, inAddress, small, inJson, Buffer.from(secret).toString('base64')];
    })
    .sort((a, b) => b.length - a.length)
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, CONCEALED), text);
}

/** An address as it may be shown: no user, no password, no query, for any of them can carry a token. */
export function shownAddress(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return '(an address that cannot be read)';
  }
}

/** Whether a secret may be sent to an address. */
export const isSafe = (url: string): boolean =>
  !URL.canParse(url) || url.startsWith('https:') || isLoopback(url);

/** Whether a secret may be sent there in the clear: it never leaves the machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
