/** Where an object belongs: without a namespace of its own it goes where whoever applies it is, `default` unless told. */
export const placeOf = (namespace: string | undefined): string => namespace ?? 'default';

/**
 * A host as Istio reads it, in one form: `<service>.<namespace>` for a Service of the cluster, else as it stands.
 *
 * A short name belongs to the namespace of the object it stands in.
 */
export function resolveHost(host: string, namespace: string | undefined): string {
  const name = host.replace(/\.svc(\.cluster\.local)?$/, '');
  if (name !== host) return name;
  if (host.includes('.') || host.includes('*')) return host;
  return `${host}.${placeOf(namespace)}`;
}

/** The parts of a resolved host that may be a Service's name and namespace. */
export function serviceOf(
  resolved: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const [name, namespace, ...more] = resolved.split('.');
  if (name === undefined || namespace === undefined || more.length > 0 || name.includes('*'))
    return undefined;
  return { name, namespace };
}
