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

/** The version of `service` that made a product page, or took part in a JSON answer with `podname`s. */
export function versionOfAnswer(body: string, service: string): string | undefined {
  const page = servedBy.exec(body)?.[1];
  if (page !== undefined) return versionOfPod(page, service);
  for (const [, pod] of body.matchAll(/"podname":\s*"([^"]+)"/g)) {
    const version = versionOfPod(pod!, service);
    if (version !== undefined) return version;
  }
  return undefined;
}
