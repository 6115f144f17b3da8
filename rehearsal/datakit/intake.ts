import { gunzipSync } from 'node:zlib';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../workloads/body';
import type { Collectors } from './collectors/read';
import { spanFilter } from './spans/filter';
import { readV1, readV2, type Span } from './spans/span';
import type { SpanStore } from './spans/store';

export interface IntakeOptions {
  readonly collectors: Collectors;
  readonly spans: SpanStore;
  /** What `GET /v1/ping` says. */
  readonly ping: { readonly version: string; readonly host: string };
  /** Called for every post that was taken in, with its path. */
  readonly onPost: (path: string) => void;
}

const bodyLimitBytes = 16 << 20;
/** DataKit's own routes where a collector's file does not name them. */
const defaults = {
  v1: '/api/v1/spans',
  v2: '/api/v2/spans',
  rum: ['/v1/write/rum'],
  replay: ['/v1/write/rum/replay'],
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, bodyLimitBytes);
  return request.headers['content-encoding'] === 'gzip'
    ? gunzipSync(body, { maxOutputLength: bodyLimitBytes })
    : body;
}

type Route = (body: Buffer, contentType: string) => void;

function spanRoute(read: (body: unknown) => Span[], take: (spans: Span[]) => void): Route {
  return (body, contentType) => {
    // DataKit goes by this header; thrift and protobuf are for clients that a rehearsal has none of.
    if (contentType.split(';')[0]?.trim() !== 'application/json')
      throw new Error(`unsupported ${contentType}`);
    take(read(JSON.parse(body.toString('utf8'))));
  };
}

/** The routes that the enabled collectors open; everything else is closed to callers that are not on the node itself. */
function routesOf({ collectors, spans }: IntakeOptions): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const conf of collectors.zipkin) {
    const filter = spanFilter(conf);
    const take = (taken: Span[]) => spans.add(filter(taken));
    routes.set(conf.pathV1 ?? defaults.v1, spanRoute(readV1, take));
    routes.set(conf.pathV2 ?? defaults.v2, spanRoute(readV2, take));
  }
  for (const conf of collectors.rum) {
    const paths = [
      ...(conf.endpoints ?? defaults.rum),
      ...(conf.session_replay_endpoints ?? defaults.replay),
    ];
    for (const path of paths) routes.set(path, () => undefined);
  }
  return routes;
}

function uptime(startedAt: number): string {
  const seconds = Math.floor((Date.now() - startedAt) / 1000);
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}

/** What DataKit answers on port 9529: its ping, and the intakes that its collectors have opened. */
export function intake(options: IntakeOptions): RequestListener {
  const routes = routesOf(options);
  const startedAt = Date.now();
  const answer = (response: ServerResponse, status: number, body: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
      .end(body === undefined ? undefined : JSON.stringify(body));

  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://datakit').pathname;
    if (request.method === 'GET' && path === '/v1/ping') {
      const { host, version } = options.ping;
      const content = { version, uptime: uptime(startedAt), host, commit: 'rehearsal' };
      answer(response, 200, { content });
      return;
    }
    const route = routes.get(path);
    if (route && request.method === 'OPTIONS') {
      response.writeHead(204, {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*',
        'access-control-allow-methods': 'POST, OPTIONS',
      });
      response.end();
      return;
    }
    if (!route || request.method !== 'POST') {
      request.resume();
      answer(response, 404, { error_code: 'datakit.publicAccessDisabled', message: `no route ${path}` });
      return;
    }
    bodyOf(request)
      .then((body) => route(body, request.headers['content-type'] ?? ''))
      .then(
        () => {
          options.onPost(path);
          // Zipkin's own collector says 202; DataKit says 200, which an Envoy counts as dropped though nothing is lost.
          answer(response, 200, undefined);
        },
        () => answer(response, 400, undefined),
      );
  };
}
