import { randomUUID } from 'node:crypto';
import { send, type HttpPolicy } from '../http';
import type { Notifier } from './model';
import { DELIVERY_HEADER, sign, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature';

export interface WebhookOptions {
  readonly url: string;
  /** Shared with the receiver; see `signature.ts`. At least 16 characters. */
  readonly secret: string;
  readonly http?: HttpPolicy;
  readonly now?: () => number;
}

/** Chat services put their token into a webhook's path or query; whoever knows it can post there. */
function inAddress(url: string): readonly string[] {
  const { pathname, search } = new URL(url);
  return [`${pathname}${search}`, pathname, search].filter((part) => part.length > 1);
}

/**
 * Posts a notice as JSON, `{"schema":1,"notice":{…}}`, signed. Any 2xx means it was taken; 429, 5xx and broken connections
 * are tried again with the same delivery id.
 */
export function webhook({ url, secret, http, now = Date.now }: WebhookOptions): Notifier {
  return {
    name: 'webhook',
    notify: async (notice, signal) => {
      const body = JSON.stringify({ schema: 1, notice });
      const timestamp = Math.floor(now() / 1_000);
      await send(
        {
          url,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [TIMESTAMP_HEADER]: String(timestamp),
            [SIGNATURE_HEADER]: sign(secret, timestamp, body),
            [DELIVERY_HEADER]: randomUUID(),
          },
          body,
          secrets: [secret, ...inAddress(url)],
        },
        http,
        signal,
      );
    },
  };
}
