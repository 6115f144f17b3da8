import { createServer, type IncomingMessage, type Server } from 'node:http';

/** Answers one kind of call; what it returns is sent as JSON. */
export type Handler = (body: unknown, query: URLSearchParams) => unknown;

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** A JSON-over-HTTP server on a Unix socket; only the user who started the rehearsal can open it. Routes are `METHOD /path`. */
export function controlServer(socket: string, routes: Readonly<Record<string, Handler>>): Promise<Server> {
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://rehearsal');
    const handler = routes[`${message.method} ${url.pathname}`];
    const answer = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? null));
    };
    if (!handler) {
      answer(404, { error: `no such call: ${message.method} ${url.pathname}` });
      return;
    }
    readJson(message)
      .then((body) => handler(body, url.searchParams))
      .then(
        (value) => answer(200, value),
        (error: unknown) => answer(500, { error: error instanceof Error ? error.message : String(error) }),
      );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => resolve(server));
  });
}
