import { textsAt } from '../model/json';
import { index, ofKind, type ClusterView } from '../model/view';
import { podsOfHost, resolveHost, serviceOf, serviceOfHost } from './routing';
import { declinesSidecar } from './workloads';

/** Namespaces of the cluster that this view knows of. */
const knownPlaces = index(
  (view) =>
    new Set([
      ...ofKind(view, 'Namespace', '').map(({ name }) => name),
      ...view.objects.map(({ place }) => place),
    ]),
);

const outsideHosts = index(
  (view) =>
    new Set(
      ofKind(view, 'ServiceEntry').flatMap((entry) =>
        textsAt(entry.manifest, 'spec', 'hosts').map((host) => resolveHost(host, entry.place)),
      ),
    ),
);

/** Services of the control plane itself, which has no sidecar and never will. */
const API_SERVER = ['kubernetes.default'];

/**
 * Whether a host is a Service whose pods have a sidecar; `*` and `*.<namespace>` are all of them.
 *
 * @param written As it stands in the object: `example.com` looks like a Service of namespace com only when resolved.
 */
export function isInMesh(view: ClusterView, resolved: string, written: string): boolean {
  if (API_SERVER.includes(resolved) || outsideHosts(view).has(resolved)) return false;
  if (resolved === '*') return true;
  const isWritten = !written.includes('.') || /\.(svc|local)\.?(\.|$)/.test(written);
  const place = resolved.startsWith('*.') ? resolved.slice(2) : serviceOf(resolved)?.namespace;
  if (place === undefined || place.includes('.') || view.settings.outsideMesh.includes(place)) return false;
  if (!isWritten && !knownPlaces(view).has(place)) return false;
  const pods = serviceOfHost(view, resolved) === undefined ? [] : podsOfHost(view, resolved);
  // Where none of its pods has a sidecar, nobody could answer mutual TLS.
  return pods.length === 0 || pods.some((owner) => declinesSidecar(owner) === undefined);
}
