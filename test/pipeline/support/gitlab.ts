import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Note {
  readonly id: number;
  body: string;
}

/** A commit that was asked for. */
export interface Commit {
  readonly branch: string;
  readonly path: string;
  readonly content: string;
  readonly message: string;
}

/** The part of GitLab's API that the pipeline asks, on this machine. */
export class LocalGitLab {
  readonly token = 'glpat-of-the-test';
  readonly notes: Note[] = [];
  readonly commits: Commit[] = [];
  /** What jobs are at, by their id. */
  readonly jobs = new Map<string, string>();
  /** The pipelines that jobs are of, by the jobs' id; 42 where nothing is said. */
  readonly pipelines = new Map<string, number>();
  /** Called when a job is to be stopped. */
  onCancel: (job: string) => void = () => undefined;
  /** How often a request came without the token. */
  refused = 0;

  private constructor(
    private readonly server: Server,
    /** The files of the default branch, by path. */
    readonly files: Map<string, string>,
  ) {}

  static async start(files = new Map<string, string>()): Promise<LocalGitLab> {
    const server = createServer();
    const gitlab = new LocalGitLab(server, files);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void gitlab.answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return gitlab;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v4`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    const url = new URL(request.url ?? '/', this.apiUrl);
    const path = url.pathname.replace(/^\/api\/v4\/projects\/[^/]+\//, '');
    const reply = (status: number, content: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    if (request.headers['private-token'] !== this.token) {
      this.refused++;
      reply(401, { message: '401 Unauthorized' });
      return;
    }
    const found = this.route(request.method ?? 'GET', path, body);
    reply(...(found ?? ([404, { message: '404 Not found' }] as const)));
  }

  private route(
    method: string,
    path: string,
    body: Readonly<Record<string, string>>,
  ): readonly [number, unknown] | undefined {
    const [, kind, name = '', action] =
      /^(merge_requests\/\d+\/notes|jobs|repository\/files)\/?([^/]*)\/?(.*)$/.exec(path) ?? [];
    if (kind === undefined) return undefined;
    if (kind.startsWith('merge_requests')) return this.note(method, name, body);
    if (kind === 'jobs') {
      if (method === 'POST' && action === 'cancel') this.onCancel(name);
      const status = this.jobs.get(name);
      return status === undefined
        ? undefined
        : [200, { id: Number(name), status, pipeline: { id: this.pipelines.get(name) ?? 42 } }];
    }
    const file = decodeURIComponent(name);
    const content = this.files.get(file);
    if (content === undefined) return undefined;
    if (method === 'GET') {
      return [
        200,
        { content: Buffer.from(content).toString('base64'), last_commit_id: `c${this.commits.length}` },
      ];
    }
    if (body.last_commit_id !== `c${this.commits.length}`) return [400, { message: 'the file has changed' }];
    this.files.set(file, body.content ?? '');
    const { branch = '', content: text = '', commit_message: message = '' } = body;
    this.commits.push({ branch, path: file, content: text, message });
    return [200, {}];
  }

  private note(
    method: string,
    id: string,
    body: Readonly<Record<string, string>>,
  ): readonly [number, unknown] | undefined {
    if (method === 'GET') return [200, this.notes];
    if (method === 'POST') {
      const note = { id: this.notes.length + 1, body: body.body ?? '' };
      this.notes.push(note);
      return [201, note];
    }
    const note = this.notes.find((each) => String(each.id) === id);
    if (note === undefined) return undefined;
    note.body = body.body ?? '';
    return [200, note];
  }
}
