import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bookinfoRegistry } from '../../../../rehearsal/workloads/bookinfo';
import { behaviourOf, type StandInContext } from '../../../../rehearsal/workloads/behaviours';
import { Caller, proxyDial } from '../../../../rehearsal/workloads/calls';
import { RequestCounters } from '../../../../rehearsal/workloads/counters';
import { Faults } from '../../../../rehearsal/workloads/faults';
import type { PodView } from '../../../../rehearsal/workloads/pods';
import { StandIn } from '../../../../rehearsal/workloads/standin';
import { freePort } from '../../../support/freePort';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

export interface Asked {
  readonly host: string;
  readonly headers: Record<string, unknown>;
}

/** Stand-ins on loopback and, in place of the callers' Envoys, one proxy that sends each host where it is told to. */
export class Town {
  readonly faults = new Faults();
  readonly counters = new RequestCounters();
  /** The requests that went through the proxy. */
  readonly asked: Asked[] = [];
  private readonly registry = bookinfoRegistry();
  private readonly standIns: StandIn[] = [];
  private readonly routes = new Map<string, number>();
  private readonly proxy: Server;
  private caller: Caller | undefined;

  constructor() {
    this.proxy = createServer((request, response) => {
      const [host = ''] = (request.headers.host ?? '').split(':');
      this.asked.push({ host: request.headers.host ?? '', headers: request.headers });
      const port = this.routes.get(host);
      if (port === undefined) {
        response.writeHead(503).end('no healthy upstream');
        return;
      }
      const onward = httpRequest(
        { host: '127.0.0.1', port, path: request.url, headers: request.headers, agent: false },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.writeHead(503).end('upstream connect error'));
      onward.end();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.proxy.listen(0, '127.0.0.1', resolve));
    this.caller = new Caller(proxyDial((this.proxy.address() as AddressInfo).port));
  }

  async close(): Promise<void> {
    await Promise.all(this.standIns.map((standIn) => standIn.stop()));
    await this.caller?.close();
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  /** Starts the stand-in of a pod and sends the calls for its service there. */
  async settle(service: string, version: string, more: Partial<PodView> = {}): Promise<Resident> {
    const port = await freePort();
    const name = `${service}-${version}-aaaa-bbbb`;
    const pod: PodView = {
      ...{ uid: name, namespace: 'prod', name, podIP: '127.0.0.1', service, version },
      ...{ labels: { app: service, version }, annotations: {}, mesh: 'sidecar' },
      containers: [{ name: service, image: '', ports: [{ port }], env: {}, isInit: false }],
      ...more,
    };
    const behaviour = behaviourOf(this.registry, pod);
    if (!behaviour) throw new Error(`nothing plays ${name}`);
    const { caller, faults, counters } = this;
    if (!caller) throw new Error('the town is not open');
    const context: StandInContext = { pod, call: (url, options) => caller.call(url, options) };
    const standIn = new StandIn({ behaviour, context, faults, counters });
    await standIn.start();
    this.standIns.push(standIn);
    this.routes.set(service, port);
    return { pod, standIn, ask: (path, options) => ask(port, path, options) };
  }

  /** Calls for the service find nobody from now on. */
  leave(service: string): void {
    this.routes.delete(service);
  }
}

export interface Resident {
  readonly pod: PodView;
  readonly standIn: StandIn;
  ask(path: string, options?: AskOptions): Promise<Answer>;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const call = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
