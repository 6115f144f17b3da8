import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { bookinfoRegistry } from '../../../rehearsal/workloads';
import type { StandInContext, StandInResponse } from '../../../rehearsal/workloads/behaviours';
import { podView, type PodView } from '../../../rehearsal/workloads/pods';

export interface Upstream {
  readonly port: number;
  stop(): Promise<void>;
}

const pod = (service: string, version: string): PodView =>
  podView({ metadata: { name: `${service}-${version}`, uid: service, labels: { app: service, version } } });

/** Bookinfo's stand-ins in one process and without a mesh: what is behind the gateway, for a test of what is before it. */
class Application {
  private readonly behaviours = bookinfoRegistry().behaviours;
  private readonly pods: Readonly<Record<string, PodView>>;

  constructor(reviewsVersion: string) {
    this.pods = Object.fromEntries(
      ['productpage', 'details', 'ratings'].map((service) => [service, pod(service, 'v1')]),
    );
    this.pods = { ...this.pods, reviews: pod('reviews', reviewsVersion) };
  }

  async ask(
    service: string,
    url: URL,
    request: { method: string; headers: Record<string, string | string[] | undefined>; body: string },
  ): Promise<StandInResponse> {
    const view = this.pods[service]!;
    const context: StandInContext = {
      pod: view,
      call: async (called, { headers }) => {
        const next = new URL(called);
        const answer = await this.ask(next.hostname, next, {
          method: 'GET',
          headers: { ...headers },
          body: '',
        });
        return { status: answer.status, body: answer.body };
      },
    };
    const behaviour = this.behaviours.find((one) => one.plays(view))!;
    return behaviour.handle({ ...request, path: url.pathname, query: url.searchParams }, context);
  }
}

/** Serves productpage with that version of reviews behind it, on an address of the loopback network. */
export async function startBookinfo(host: string, reviewsVersion: string): Promise<Upstream> {
  const application = new Application(reviewsVersion);
  const server: Server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://bookinfo');
      const { method = 'GET', headers } = request;
      const answer = await application.ask('productpage', url, {
        method,
        headers,
        body: await text(request),
      });
      response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers });
      response.end(answer.body);
    })();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
