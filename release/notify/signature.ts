import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds since the epoch when the message was signed. */
export const TIMESTAMP_HEADER = 'x-release-timestamp';
/** `v1=` and the HMAC-SHA256, in hex, of `<timestamp>.<body>` under the shared secret. */
export const SIGNATURE_HEADER = 'x-release-signature';
/** The same for every try of one message, so that a receiver can drop repetitions. */
export const DELIVERY_HEADER = 'x-release-delivery';

/** Signs a body together with the time, so that neither can be changed and an old message cannot be sent again for a new one. */
export function sign(secret: string, timestamp: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')}`;
}

/**
 * What a receiver does: recomputes the signature over the raw body, compares in constant time, refuses what is old.
 * @param nowSeconds the receiver's clock
 * @param toleranceSeconds how far apart the two clocks and the retries may be; default five minutes
 */
export function isSigned(
  secret: string,
  headers: { readonly timestamp: string; readonly signature: string },
  body: string,
  nowSeconds: number,
  toleranceSeconds = 300,
): boolean {
  const timestamp = Number(headers.timestamp);
  if (!Number.isInteger(timestamp) || Math.abs(nowSeconds - timestamp) > toleranceSeconds) return false;
  const [given, due] = [Buffer.from(headers.signature), Buffer.from(sign(secret, timestamp, body))];
  return given.length === due.length && timingSafeEqual(given, due);
}
