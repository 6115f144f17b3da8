import {
  json,
  type Behaviour,
  type CallResult,
  type StandInContext,
  type StandInRequest,
} from './behaviours';
import { forwardedHeaders } from './headers';
import { healthPaths, isAboutHealth } from './health';
import { proxyContainer, type PodView } from './pods';
import type { IstioProtocol } from './protocol';
import { identityOf } from './standin/identity';

/** Pod annotation (or label): the URLs that every request is passed on to, with commas between them. */
const callsAnnotation = 'rehearsal/calls';

/**
 * Longest wait for each of those calls. HTTP clients wait for ever (Go's net/http, Java's HttpClient) or for minutes (Node's
 * fetch) where nobody says otherwise, so it is longer than whoever sends the load waits: no request may fail for the
 * stand-in's own impatience on a busy machine.
 */
const callTimeoutMs = 30_000;

/** The services that a request has been to, so that services which name each other do not call for ever. */
const visitedHeader = 'x-rehearsal-visited';

/** A URL as a container's environment has it: `http://stock:6060/`, `grpc://cart:7070`, `redis://cache:6379/0`. */
const url = /^([a-z][a-z0-9+]*):\/\/(?:[^@/\s]*@)?([a-z0-9][-a-z0-9.]*)(?::(\d+))?(\/\S*)?$/;
/** A host and a port without a scheme: `cartservice:7070`. */
const hostAndPort = /^([a-z][-a-z0-9.]*):(\d+)$/;

/** A method of no service: what a stand-in calls where nothing says what there is. */
const anyMethod = '/rehearsal.Any/Call';

interface Candidate {
  readonly host: string;
  readonly port?: number;
  /** What the value says is spoken there; undefined: the Service says it. */
  readonly scheme?: string;
  readonly path: string;
}

function candidateOf(value: string): Candidate | undefined {
  const found = url.exec(value);
  if (found) {
    const [, scheme, host = '', port, path = '/'] = found;
    return { host, port: port === undefined ? undefined : Number(port), scheme, path };
  }
  const plain = hostAndPort.exec(value);
  return plain ? { host: plain[1] ?? '', port: Number(plain[2]), path: '/' } : undefined;
}

const schemes: Readonly<Record<IstioProtocol, string>> = {
  http: 'http',
  http2: 'http',
  grpc: 'grpc',
  tcp: 'tcp',
};

/**
 * The URL that a value of the environment leads to. A value without a scheme of HTTP is only followed where there is a
 * Service of that name and port, and as that Service's port says: else it may mean anything.
 */
function urlOf(
  { host, port, scheme, path }: Candidate,
  { services, pod }: Pick<StandInContext, 'services' | 'pod'>,
): string | undefined {
  const service = services?.find(host, pod.namespace);
  const web = scheme === 'http' || scheme === 'ws';
  // Without a table of Services, a name without dots and a scheme of HTTP is taken at its word.
  if (services === undefined) {
    return web && !host.includes('.')
      ? `http://${host}${port === undefined ? '' : `:${port}`}${path}`
      : undefined;
  }
  const wanted = port ?? (web ? 80 : undefined);
  const found = service?.ports.find((one) => one.port === wanted);
  if (found === undefined) return undefined;
  const speaks = web
    ? 'http'
    : scheme === 'grpc'
      ? 'grpc'
      : scheme === undefined
        ? schemes[found.protocol ?? 'http']
        : 'tcp';
  const where = `${speaks}://${host}${port === undefined ? '' : `:${port}`}`;
  if (speaks === 'grpc') return `${where}${path === '/' ? anyMethod : path}`;
  return speaks === 'http' ? `${where}${path}` : where;
}

const environmentCandidates = ({ containers }: PodView): Candidate[] =>
  containers
    .filter(({ name }) => name !== proxyContainer)
    .flatMap(({ env }) => Object.values(env))
    .flatMap((value) => candidateOf(value) ?? []);

const annotatedUrls = (pod: PodView): string[] =>
  (pod.annotations[callsAnnotation] ?? pod.labels[callsAnnotation] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
    // A label cannot hold a URL: there it is the service's name, called on the port of Bookinfo's services.
    .map((each) => (each.includes('://') ? each : `http://${each}:9080/`));

function urlsOf(context: Pick<StandInContext, 'services' | 'pod'>): string[] {
  const named = environmentCandidates(context.pod).flatMap((candidate) => urlOf(candidate, context) ?? []);
  return [...new Set([...annotatedUrls(context.pod), ...named])];
}

interface Called {
  readonly url: string;
  readonly status: number;
  /** What was answered, where that was JSON: who answers can be told all the way down. */
  readonly answer?: unknown;
}

function answerOf({ body }: CallResult): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function callAll(request: StandInRequest, context: StandInContext): Promise<readonly Called[]> {
  const before = String(request.headers[visitedHeader] ?? '').split(',');
  const visited = [...before.filter(Boolean), context.pod.service];
  const headers = { ...forwardedHeaders(request.headers), [visitedHeader]: visited.join(',') };
  // Bytes without headers cannot say where a request has been: their callee calls nobody.
  const urls = urlsOf(context).filter(
    (each) => !visited.includes(new URL(each).hostname.split('.')[0] ?? ''),
  );
  return Promise.all(
    urls.map((url) =>
      context.call(url, { headers, timeoutMs: callTimeoutMs }).then(
        (result): Called => ({ url, status: result.status, answer: answerOf(result) }),
        (): Called => ({ url, status: 503 }),
      ),
    ),
  );
}

/** Plays any pod with a service label: says who it is, after calling whom it was told to call. */
export const generic: Behaviour = {
  plays: (pod) => pod.service !== '',
  // Which of them there are is found out when they are called.
  isCaller: (pod) => annotatedUrls(pod).length > 0 || environmentCandidates(pod).length > 0,
  calls: urlsOf,
  async handle(request, context) {
    const { service } = context.pod;
    const agent = request.headers['user-agent'];
    if (isAboutHealth(healthPaths(context.pod), request.path, agent))
      return json(200, { status: `${service} is healthy` });
    const calls = await callAll(request, context);
    const failed = calls.some(({ status }) => status >= 500);
    return json(failed ? 502 : 200, { ...identityOf(context.pod), calls });
  },
};
