import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SCRIPT_PATH } from '../../../../components/edge/pure';
import { loadPages, rehearsalEdge } from '../../../../rehearsal/edge';

const snippet = `<script defer src="${SCRIPT_PATH}"></script>`;
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An edge that answers with these pages in turn, and with this script. */
async function serving(pages: readonly { status?: number; html: string }[], script: string): Promise<string> {
  let asked = 0;
  server = createServer((request, response) => {
    if (request.url === SCRIPT_PATH) return response.end(script);
    const { status = 200, html } = pages[asked++ % pages.length]!;
    return response.writeHead(status).end(html);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const script = `rum.init({ "applicationId": ${JSON.stringify(rehearsalEdge.rum.applicationId)} });`;

test('pages that carry the snippet once are counted; none and two are not, and a failed answer is no page', async () => {
  const pages = [
    { html: `<title>T</title>${snippet}` },
    { html: '<title>T</title>' },
    { html: snippet + snippet },
    { status: 502, html: snippet },
  ];
  expect(await loadPages(await serving(pages, script), 8)).toEqual({ pages: 6, withSnippet: 2 });
});

test('a snippet whose script is not the configured one counts for nothing', async () => {
  expect(await loadPages(await serving([{ html: snippet }], 'rum.init({})'), 3)).toEqual({
    pages: 3,
    withSnippet: 0,
  });
});

test('an edge that is not there is an error', async () => {
  await expect(loadPages('http://127.0.0.1:1', 1)).rejects.toThrow();
});
