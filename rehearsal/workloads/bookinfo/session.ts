import type { IncomingHttpHeaders } from 'node:http';

const cookieName = 'session';

/** The cookie of a signed-in user, as the login sets it: `session=...`. Nothing is kept on the server. */
export function sessionCookie(user: string): string {
  return `${cookieName}=${Buffer.from(JSON.stringify({ user })).toString('base64url')}`;
}

export const expiredSessionCookie = `${cookieName}=; Max-Age=0`;

/** The signed-in user's name; empty for nobody and for a cookie that does not hold one. */
export function sessionUser(headers: IncomingHttpHeaders): string {
  const cookie = headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${cookieName}=`));
  if (!cookie) return '';
  try {
    const value = Buffer.from(cookie.slice(cookieName.length + 1), 'base64url').toString('utf8');
    const { user } = JSON.parse(value) as { user?: unknown };
    return typeof user === 'string' ? user : '';
  } catch {
    return '';
  }
}
