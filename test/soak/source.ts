import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Given, SourcePlays } from './scenario';

type Speaks = NonNullable<Given['source']>['speaks'];

/** A server of this machine that misbehaves on purpose. */
export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

type Reply = (response: ServerResponse, body: string) => void;

async function serve(reply: Reply): Promise<Served> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => reply(response, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const json = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

/** Longer than a look waits for one answer, tries after the first included. */
const NEVER_MS = 120_000;
/** Samples this old are of before the release. */
const OLD_SECONDS = 900;

const versions = ['v1', 'v2'];

/** Counters whose last sample is old, as Guance has them. */
const oldSamples = (seconds: number) =>
  [-60, -30, 0].map((at, i) => [seconds - OLD_SECONDS + at, 100 * (i + 1)]);

/** The two parts of a look's answer that such counters are in: their values, and when their target was scraped. */
function prometheusAnswer(plays: SourcePlays): unknown {
  const seconds = Date.now() / 1_000;
  const row = (part: string, labels: object, value: number) => ({
    metric: { canary_part: part, pod: 'productpage', ...labels },
    value: [seconds, String(value)],
  });
  const result = [
    ...versions.map((version) =>
      row('requests', { destination_version: version, response_code: '200' }, 300),
    ),
    row('read', {}, seconds - OLD_SECONDS),
  ];
  return { status: 'success', data: { resultType: 'vector', result: plays === 'stale' ? result : [] } };
}

function guanceAnswer(body: string, plays: SourcePlays): unknown {
  const { queries } = JSON.parse(body) as { readonly queries: readonly unknown[] };
  const series = versions.map((version) => ({
    name: 'istio_prom',
    columns: ['time', 'value'],
    tags: { destination_version: version, response_code: '200', pod_name: 'productpage' },
    values: oldSamples(Date.now() / 1_000).map(([at = 0, value]) => [at * 1_000, value]),
  }));
  const data = queries.map(() => ({
    series: plays === 'stale' ? series : [],
    next_cursor_time: -1,
    sample: 1,
  }));
  return { code: 200, success: true, content: { data } };
}

/** A back-end of metrics that speaks its protocol and plays its part wrongly. */
export async function metricSource(speaks: Speaks, plays: SourcePlays): Promise<Served> {
  const answer = (body: string) =>
    speaks === 'prometheus' ? prometheusAnswer(plays) : guanceAnswer(body, plays);
  const served = await serve((response, body) => {
    if (plays === 'slow') setTimeout(() => response.destroy(), NEVER_MS).unref();
    else if (plays === 'garbage') response.end('<!doctype html><title>Log in</title>');
    else json(response, answer(body));
  });
  // Nobody listens at an address that was somebody's a moment ago: the connection is refused.
  if (plays === 'down') await served.close();
  return served;
}

/** A receiver of notices. */
export async function webhookReceiver(how: 'silent' | 'refuses'): Promise<Served> {
  const served = await serve((response) => {
    setTimeout(() => response.destroy(), NEVER_MS).unref();
  });
  if (how === 'refuses') await served.close();
  return served;
}
