import { html, type Markup } from '../../../release';
import type { Report } from '../model';

type ByKind = Readonly<Record<Report['sidecars']['kind'], readonly string[]>>;

const real: ByKind = {
  whole: [
    'A sidecar for each pod: a network namespace, Istio’s agent and an Envoy, with the pod’s traffic captured both ways.',
    'Certificates of istiod’s authority, mutual TLS between pods, AuthorizationPolicies and PeerAuthentication enforced.',
    'Envoy as ingress gateway and in each pod, dividing and counting every request.',
  ],
  outbound: ['Envoy as ingress gateway and beside each caller, dividing every request that was counted.'],
};

const played: ByKind = {
  whole: [
    'The labels of Istio’s metrics: Envoy counts, and the rehearsal names both ends as Istio’s extension would.',
  ],
  outbound: ['The inbound half of each sidecar: its spans, and Istio’s metrics of what a pod received.'],
};

const missing: ByKind = {
  whole: [
    'Istio’s own extensions of Envoy, and the order in which a kubelet starts and ends a pod’s containers.',
  ],
  outbound: [
    'Mutual TLS on the wire and the policies that go by it: the proxies talk plain HTTP to each other.',
    'Capture of traffic by iptables or the CNI plugin: callers hand their requests to the proxy themselves.',
    'Istio’s own extensions of Envoy; who calls is unknown to the metrics of what a pod received.',
  ],
};

/** What a reader may conclude from a rehearsal and what not: a good report on one machine is not a good release on a cluster. */
export function about(report: Report): Markup {
  const provider =
    report.provider === 'official'
      ? 'The official Kubernetes provider plugin.'
      : 'The Kubernetes provider is the rehearsal’s own small plugin, since the official one was not installed: plain objects only, written by server-side apply and awaited in the official one’s manner.';
  const list = (items: readonly string[]) =>
    html`<ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>`;
  return html`<div class="about">
    <div>
      <h3>Real</h3>
      ${list([
        'The Pulumi engine running this project’s program and its state.',
        'A Kubernetes API server with its controllers and scheduler, on etcd; admission with Pod Security.',
        'istiod with injection and validation, and what it sends to every proxy.',
        ...real[report.sidecars.kind],
        ...(report.provider === 'official' ? [provider] : []),
      ])}
    </div>
    <div>
      <h3>Stand-ins</h3>
      ${list([
        'The node: pods get addresses and become ready by their probes, but no kubelet runs them.',
        'The services: one small HTTP server for each pod, answering as its version of Bookinfo does.',
        ...played[report.sidecars.kind],
        ...(report.traces || report.scraped
          ? ['DataKit: intake of spans and scrapes by its real files and annotations; nothing is sent on.']
          : []),
        ...(report.provider === 'official' ? [] : [provider]),
      ])}
    </div>
    <div>
      <h3>Not exercised</h3>
      ${list([
        ...missing[report.sidecars.kind],
        ...(report.sidecars.because === undefined ? [] : [`Whole sidecars: ${report.sidecars.because}.`]),
        'Containers and images: none is pulled, none is started.',
        'A network between machines: its latency, its losses and the NetworkPolicies that a network plugin enforces.',
      ])}
    </div>
  </div>`;
}
