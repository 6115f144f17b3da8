/** Whose pod it is, by its labels. */
export interface PodIdentity {
  readonly service: string;
  readonly version: string;
}

/** The pods that there are and were, by name. */
export type Directory = ReadonlyMap<string, PodIdentity>;

/** The pod that the page names; markup between the words and the name is allowed for. */
const servedBy = /Reviews served by:\s*(?:<[^>]*>\s*)*([a-z0-9][a-z0-9.-]*)/i;

function* podsIn(body: string): Generator<string> {
  const page = servedBy.exec(body)?.[1];
  if (page !== undefined) yield page;
  for (const [, pod] of body.matchAll(/"podname":\s*"([^"]+)"/g)) if (pod !== undefined) yield pod;
}

/**
 * The version of `service` that made a product page, or took part in an answer with `podname`s. Pods are looked up: a
 * name has another shape under a StatefulSet, a Rollout or a Job, and says nothing of a version.
 */
export function versionOfAnswer(body: string, service: string, pods: Directory): string | undefined {
  for (const name of podsIn(body)) {
    const pod = pods.get(name);
    if (pod?.service === service) return pod.version;
  }
  return undefined;
}
