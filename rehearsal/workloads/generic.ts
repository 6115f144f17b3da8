import { json, type Behaviour, type StandInContext, type StandInRequest } from './behaviours';
import { forwardedHeaders } from './headers';
import type { PodView } from './pods';

/** Pod annotation (or label): the URLs that every request is passed on to, with commas between them. */
export const callsAnnotation = 'rehearsal/calls';

/** Longest wait for each of those calls. */
const callTimeoutMs = 3000;

const urlsOf = (pod: PodView): string[] =>
  (pod.annotations[callsAnnotation] ?? pod.labels[callsAnnotation] ?? '')
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean)
    // A label cannot hold a URL: there it is the service's name, called on the port of Bookinfo's services.
    .map((url) => (url.includes('://') ? url : `http://${url}:9080/`));

async function callAll(request: StandInRequest, context: StandInContext): Promise<Record<string, number>> {
  const headers = forwardedHeaders(request.headers);
  const results = await Promise.all(
    urlsOf(context.pod).map(async (url) => {
      const status = await context.call(url, { headers, timeoutMs: callTimeoutMs }).then(
        (answer) => answer.status,
        () => 503,
      );
      return [url, status] as const;
    }),
  );
  return Object.fromEntries(results);
}

/** Plays any pod with a service label: says who it is, after calling whom it was told to call. */
export const generic: Behaviour = {
  plays: (pod) => pod.service !== '',
  isCaller: (pod) => urlsOf(pod).length > 0,
  async handle(request, context) {
    const { service, version, name } = context.pod;
    const self = { service, version, podname: name };
    if (request.path === '/health') return json(200, { status: `${service} is healthy` });
    const calls = await callAll(request, context);
    const failed = Object.values(calls).some((status) => status >= 500);
    return json(failed ? 502 : 200, { ...self, calls });
  },
};
