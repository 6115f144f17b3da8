import { z } from 'zod';
import { conceal, HttpFailure, send, shownAddress } from '../../http';
import type { CustomObservation } from '../model';
import type { WebhookCheck } from './settings';

/** What is posted. Keys are only ever added. */
interface WebhookQuestion {
  readonly stack: string;
  readonly namespace: string;
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** The canary's weight, per cent. */
  readonly weight: number;
  /** Whether the answer decides nothing, as when `release doctor` asks. */
  readonly dryRun: boolean;
}

const MAX_BYTES = 64 * 1024;

const answerSchema = z.object({ verdict: z.enum(['pass', 'fail', 'hold']), finding: z.string().optional() });

/**
 * Posts a question, once: `{"schema":1,"check":"…",…}`. A 2xx passes unless its JSON says `{"verdict":"fail"}` or `"hold"`.
 * Whatever else comes, or nothing, is unknown: a receiver that is down neither promotes a canary nor takes one back.
 * @throws the signal's reason when it aborts
 */
export async function askWebhook(
  { name, url, headerVariables, timeoutMs }: WebhookCheck,
  question: WebhookQuestion,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<Omit<CustomObservation, 'id'>> {
  const what = shownAddress(url);
  const headers: Record<string, string> = {};
  for (const [header, variable] of Object.entries(headerVariables)) {
    const value = env[variable];
    if (value === undefined || value === '')
      return {
        state: 'unknown',
        finding: `${variable}, which ${header} is sent from, is not set`,
        numbers: {},
      };
    headers[header] = value;
  }
  const secrets = Object.values(headers);
  try {
    const { text } = await send(
      {
        ...{ url, method: 'POST', secrets },
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ schema: 1, check: name, ...question }),
      },
      { timeoutMs, retries: 0, maxBytes: MAX_BYTES },
      signal,
    );
    return { ...verdictOf(text, what, secrets), numbers: {} };
  } catch (thrown) {
    signal?.throwIfAborted();
    if (!(thrown instanceof HttpFailure)) throw thrown;
    return { state: 'unknown', finding: thrown.message, numbers: {} };
  }
}

function verdictOf(
  text: string,
  what: string,
  secrets: readonly string[],
): Pick<CustomObservation, 'state' | 'finding'> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { state: 'good', finding: `${what} agrees` };
  }
  if (typeof body !== 'object' || body === null || !('verdict' in body))
    return { state: 'good', finding: `${what} agrees` };
  const read = answerSchema.safeParse(body);
  if (!read.success)
    return {
      state: 'unknown',
      finding: `${what} answered with a verdict that is none of pass, fail and hold`,
    };
  const { verdict, finding } = read.data;
  const states = { pass: 'good', fail: 'bad', hold: 'unknown' } as const;
  const said = conceal(finding ?? `${what} says ${verdict}`, secrets);
  return { state: states[verdict], finding: said.replace(/\s+/g, ' ').slice(0, 200) };
}
