/** The pod that the page names; markup between the words and the name is allowed for. */
const servedBy = /Reviews served by:\s*(?:<[^>]*>\s*)*([a-z0-9][a-z0-9.-]*)/i;

/**
 * The version in a pod's name: a Deployment `<service>-<version>` makes pods `<service>-<version>-<hash>-<id>`.
 * @returns undefined when the name has another shape
 */
export function versionOfPod(pod: string, service: string): string | undefined {
  if (!pod.startsWith(`${service}-`)) return undefined;
  const parts = pod.slice(service.length + 1).split('-');
  return parts.length >= 3 ? parts.slice(0, -2).join('-') : undefined;
}

/** The version of `service` that made a product page, or a JSON answer with `podname`. */
export function versionOfAnswer(body: string, service: string): string | undefined {
  const pod = servedBy.exec(body)?.[1] ?? /"podname":\s*"([^"]+)"/.exec(body)?.[1];
  return pod === undefined ? undefined : versionOfPod(pod, service);
}
