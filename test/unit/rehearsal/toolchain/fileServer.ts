import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ToolName } from '../../../../rehearsal/toolchain/catalogue';
import { toolNamed } from '../../../../rehearsal/toolchain/catalogue';
import type { Published, Publisher } from '../../../../rehearsal/toolchain/published';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of files on this machine, with real sockets. */
export interface FileServer {
  readonly address: string;
  /** `GET /kwok`, in order. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Serves `answers` by path; a path that is not there is not found. */
export async function fileServer(answers: Readonly<Record<string, Answer>>): Promise<FileServer> {
  const requests: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    headers.push(request.headers);
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end('no such file');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The ways of serving a file. To a HEAD all but `hang` answer at once. */
export const serve = {
  whole:
    (content: Buffer): Answer =>
    (request, response) => {
      response.setHeader('content-length', content.length);
      response.end(request.method === 'HEAD' ? undefined : content);
    },
  /** Says how long it is, and ends before. */
  truncated:
    (content: Buffer): Answer =>
    (request, response) => {
      response.setHeader('content-length', content.length);
      if (request.method === 'HEAD') response.end();
      else response.write(content.subarray(0, content.length / 2), () => response.destroy());
    },
  /** Ends in order, but early, without having said how long it is. */
  short:
    (content: Buffer): Answer =>
    (_request, response) => {
      response.write(content.subarray(0, content.length / 2));
      response.end();
    },
  /** A byte now and then. */
  dripping:
    (content: Buffer, everyMs: number): Answer =>
    (request, response) => {
      response.setHeader('content-length', content.length);
      if (request.method === 'HEAD') return void response.end();
      let sent = 0;
      const drip = setInterval(() => response.write(content.subarray(sent, ++sent)), everyMs);
      response.on('close', () => clearInterval(drip));
    },
  /** The first half, and then nothing. */
  stalling:
    (content: Buffer): Answer =>
    (request, response) => {
      response.setHeader('content-length', content.length);
      if (request.method === 'HEAD') response.end();
      else response.write(content.subarray(0, content.length / 2));
    },
  /** Takes the connection and says nothing. */
  hang: (): void => {},
  redirect:
    (to: string): Answer =>
    (_request, response) => {
      response.writeHead(302, { location: to }).end();
    },
} as const;

/** What a tool of the tests is: it tells what it is, and is long enough to be cut. */
export const binary = (name: string): Buffer =>
  Buffer.from(`#!/bin/sh\necho ${name}\n${'#'.repeat(5_000)}\n`);

/** A gzipped tar with that one file. */
export function archive(member: string, content: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    mkdirSync(join(folder, dirname(member)), { recursive: true });
    writeFileSync(join(folder, member), content);
    chmodSync(join(folder, member), 0o700);
    execFileSync('tar', ['-czf', join(folder, 'archive.tar.gz'), '-C', folder, member]);
    return readFileSync(join(folder, 'archive.tar.gz'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pin of a tool's true version, for a file of the tests. */
export function pin(
  tool: ToolName,
  content: Buffer,
  publisher: Publisher = 'github',
  member?: string,
): Published {
  return {
    tool,
    version: toolNamed(tool).version,
    publisher,
    path: tool,
    algorithm: 'sha512',
    hash: createHash('sha512').update(content).digest('hex'),
    hashFrom: 'this test',
    ...(member === undefined ? {} : { member }),
  };
}
