import {
  json,
  type Behaviour,
  type CallResult,
  type StandInContext,
  type StandInRequest,
} from './behaviours';
import { forwardedHeaders } from './headers';
import { healthPaths } from './health';
import { proxyContainer, type PodView } from './pods';

/** Pod annotation (or label): the URLs that every request is passed on to, with commas between them. */
export const callsAnnotation = 'rehearsal/calls';

/** Longest wait for each of those calls. */
const callTimeoutMs = 3000;

/** A service of the same namespace, as a container's environment names what it calls: `http://stock:6060/`. */
const serviceUrl = /^http:\/\/[a-z]([-a-z0-9]*[a-z0-9])?(:\d+)?(\/\S*)?$/;

const environmentUrls = ({ containers }: PodView): string[] =>
  containers
    .filter(({ name }) => name !== proxyContainer)
    .flatMap(({ env }) => Object.values(env))
    .filter((value) => serviceUrl.test(value));

const annotatedUrls = (pod: PodView): string[] =>
  (pod.annotations[callsAnnotation] ?? pod.labels[callsAnnotation] ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean)
    // A label cannot hold a URL: there it is the service's name, called on the port of Bookinfo's services.
    .map((url) => (url.includes('://') ? url : `http://${url}:9080/`));

const urlsOf = (pod: PodView): string[] => [...new Set([...annotatedUrls(pod), ...environmentUrls(pod)])];

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
  const headers = forwardedHeaders(request.headers);
  return Promise.all(
    urlsOf(context.pod).map((url) =>
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
  isCaller: (pod) => urlsOf(pod).length > 0,
  async handle(request, context) {
    const { service, version, name } = context.pod;
    if (healthPaths(context.pod).has(request.path)) return json(200, { status: `${service} is healthy` });
    const calls = await callAll(request, context);
    const failed = calls.some(({ status }) => status >= 500);
    return json(failed ? 502 : 200, { service, version, podname: name, calls });
  },
};
