import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { V1Probe } from '@kubernetes/client-node';
import { isServing } from './grpc/health';
import type { ContainerView } from './pods';

/** A probe's numbers with Kubernetes' defaults filled in. */
export interface ProbeTiming {
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export function probeTiming(probe: V1Probe): ProbeTiming {
  return {
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
    periodMs: Math.max(1, probe.periodSeconds ?? 10) * 1000,
    timeoutMs: Math.max(1, probe.timeoutSeconds ?? 1) * 1000,
    successThreshold: Math.max(1, probe.successThreshold ?? 1),
    failureThreshold: Math.max(1, probe.failureThreshold ?? 3),
  };
}

/** Turns a row of probe results into one verdict, as the kubelet does: it changes only after enough results in a row. */
export class ProbeVerdict {
  private row = 0;
  private last: boolean | undefined;

  constructor(
    private readonly timing: Pick<ProbeTiming, 'successThreshold' | 'failureThreshold'>,
    private current = false,
  ) {}

  get passed(): boolean {
    return this.current;
  }

  /** @returns the verdict after this result */
  record(ok: boolean): boolean {
    this.row = this.last === ok ? this.row + 1 : 1;
    this.last = ok;
    const needed = ok ? this.timing.successThreshold : this.timing.failureThreshold;
    if (this.row >= needed) this.current = ok;
    return this.current;
  }
}

/** The port that a probe names, by number or by the container's name for it. */
export function probePort(port: number | string, container: ContainerView): number | undefined {
  const number = Number(port);
  if (Number.isInteger(number) && number > 0) return number;
  return container.ports.find(({ name }) => name === port)?.port;
}

interface HttpGet {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function httpGet(target: HttpGet, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = httpRequest(
      {
        ...{ host: target.host, port: target.port, path: target.path },
        headers: { 'user-agent': 'kube-probe/rehearsal', ...target.headers },
        agent: false,
      },
      (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        resolve(status >= 200 && status < 400);
      },
    );
    const limit = setTimeout(() => call.destroy(), timeoutMs);
    call.on('error', () => resolve(false));
    call.on('close', () => {
      clearTimeout(limit);
      resolve(false);
    });
    call.end();
  });
}

function tcpConnect(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (ok: boolean) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(ok);
    };
    const limit = setTimeout(() => done(false), timeoutMs);
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/**
 * Runs one probe against a pod's address.
 *
 * A command cannot be run, there is no container: it passes while the stand-in is well (`commandPasses`).
 */
export function runProbe(
  probe: V1Probe,
  container: ContainerView,
  podIP: string,
  commandPasses: boolean,
): Promise<boolean> {
  const { timeoutMs } = probeTiming(probe);
  const { exec, grpc, tcpSocket } = probe;
  if (probe.httpGet) {
    const { host, path, port, scheme, httpHeaders } = probe.httpGet;
    const number = probePort(port, container);
    if (number === undefined) return Promise.resolve(false);
    // No stand-in has a certificate: that something accepts the connection is all that can be found out.
    if (scheme === 'HTTPS') return tcpConnect(host ?? podIP, number, timeoutMs);
    const headers = Object.fromEntries((httpHeaders ?? []).map(({ name, value }) => [name, value]));
    return httpGet({ host: host ?? podIP, port: number, path: path ?? '/', headers }, timeoutMs);
  }
  if (tcpSocket) {
    const number = probePort(tcpSocket.port, container);
    return number === undefined
      ? Promise.resolve(false)
      : tcpConnect(tcpSocket.host ?? podIP, number, timeoutMs);
  }
  if (grpc) return isServing(podIP, grpc.port, grpc.service, timeoutMs);
  // A probe without a handler is refused by the API server; it cannot come this far.
  return Promise.resolve(exec !== undefined && commandPasses);
}
