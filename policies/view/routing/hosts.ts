/** The namespace whose rules and policies hold for the whole mesh, as Istio is installed by default. */
export const ROOT_NAMESPACE = 'istio-system';

/**
 * A host as Istio reads it, in one form: `<service>.<namespace>` for a Service of the cluster, `*.<namespace>` for all of
 * a namespace, else as it stands, in small letters.
 *
 * A short name belongs to the namespace of the object it stands in.
 * Source: istio/istio pkg/config/resource/../model, ResolveShortnameToFQDN.
 *
 * @param place The namespace of the object that names the host.
 */
export function resolveHost(host: string, place: string): string {
  const plain = host.trim().toLowerCase().replace(/\.$/, '');
  const name = plain.replace(/\.svc(\.cluster\.local)?$/, '');
  if (name !== plain) return name;
  if (plain === '*.local' || plain === '*.cluster.local') return '*';
  if (plain === '' || plain.includes('.') || plain.includes('*') || plain.includes(':')) return plain;
  return `${plain}.${place}`;
}

/** The parts of a resolved host that may be a Service's name and namespace. */
export function serviceOf(
  resolved: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const [name, namespace, ...more] = resolved.split('.');
  if (!name || !namespace || more.length > 0 || name.includes('*')) return undefined;
  return { name, namespace };
}

export const isWild = (host: string): boolean => host.startsWith('*');

/** Whether everything that one host names, the other names too: `*` all, `*.prod` every Service of prod. */
export function hostCovers(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true;
  return wide.startsWith('*') && narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1;
}

/** Whether some request can be meant by both. */
export const hostsMeet = (a: string, b: string): boolean => hostCovers(a, b) || hostCovers(b, a);

/**
 * Whether an object of one namespace is seen in another.
 *
 * @param exportTo `.` its own namespace, `*` all of them, `~` none, else names; empty means all.
 */
export function isExported(exportTo: readonly string[], own: string, seenFrom: string): boolean {
  if (exportTo.length === 0) return true;
  return exportTo.some((entry) => entry === '*' || entry === seenFrom || (entry === '.' && own === seenFrom));
}
