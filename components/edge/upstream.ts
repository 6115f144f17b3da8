/** The namespace of a Service by its DNS name, `<service>.<namespace>.svc...`; undefined for any other host. */
export function serviceNamespace(url: string): string | undefined {
  return /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(\.|$)/.exec(new URL(url).hostname)?.[1];
}
