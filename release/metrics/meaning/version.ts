import type { Scope } from '../model';
import type { MetricNames } from './names';

type Labels = Readonly<Record<string, string>>;

/** Whose request it was, and whether the series itself said so. */
export type Owner =
  /** A series of one of the scope's versions. */
  | { readonly kind: 'named'; readonly version: string }
  /** The series names no version, but something that only one version can be. */
  | { readonly kind: 'inferred'; readonly version: string }
  /** Requests to the service that could be any version's. */
  | { readonly kind: 'unknown' }
  /** Another version's, or another service's. */
  | { readonly kind: 'other' };

/** Reads whose request a series counts. It learns from series that name a version which workload runs it. */
export class Versions {
  private readonly workloads = new Map<string, string>();
  private readonly ambiguous = new Set<string>();
  private readonly services = new Map<string, string>();
  private readonly pattern?: RegExp;

  constructor(
    private readonly names: MetricNames,
    private readonly scope: Scope,
  ) {
    if (names.versionPattern !== undefined) this.pattern = new RegExp(`^(?:${names.versionPattern})$`);
    for (const [version, workload] of Object.entries(scope.workloads ?? {}))
      this.workloads.set(workload, version);
    for (const [version, service] of Object.entries(scope.services ?? {})) {
      if (service !== scope.service) this.services.set(service, version);
    }
  }

  /** The version that a series names; undefined where it names none, or where it is none of the scope's. */
  private named(labels: Labels): string | undefined {
    const label = labels[this.names.versionLabel] ?? '';
    const version = this.pattern === undefined ? label : this.pattern.exec(label)?.[1];
    return version !== undefined && this.scope.versions.includes(version) ? version : undefined;
  }

  private workloadOf(labels: Labels): string | undefined {
    const { workloadLabel } = this.names;
    const workload = workloadLabel === undefined ? undefined : labels[workloadLabel];
    return workload === '' || workload === 'unknown' ? undefined : workload;
  }

  /** Notes which workload runs which version. One that runs two tells nothing. */
  learn(labels: Labels): void {
    const [version, workload] = [this.named(labels), this.workloadOf(labels)];
    if (version === undefined || workload === undefined || this.ambiguous.has(workload)) return;
    const known = this.workloads.get(workload);
    if (known === undefined) this.workloads.set(workload, version);
    else if (known !== version) {
      this.workloads.delete(workload);
      this.ambiguous.add(workload);
    }
  }

  /**
   * The owner of a series' requests. Of what stands in for a version, the workload goes first: it is the very Deployment.
   * The canonical revision can be the chart's version where labels say so, and `latest` stands for none (istio/istio
   * pkg/kube/labels/labels.go).
   */
  ownerOf(labels: Labels): Owner {
    const named = this.named(labels);
    if (named !== undefined) return { kind: 'named', version: named };
    const { versionLabel, unknownVersions, revisionLabel, serviceLabel } = this.names;
    if (!unknownVersions.includes(labels[versionLabel] ?? '')) return { kind: 'other' };
    const { versions, only } = this.scope;
    const workload = this.workloadOf(labels);
    const revision = revisionLabel === undefined ? undefined : labels[revisionLabel];
    const inferred =
      this.workloads.get(workload ?? '') ??
      (revision === 'latest' ? undefined : versions.find((version) => version === revision)) ??
      this.services.get(labels[serviceLabel ?? ''] ?? '') ??
      only;
    return inferred === undefined ? { kind: 'unknown' } : { kind: 'inferred', version: inferred };
  }
}
