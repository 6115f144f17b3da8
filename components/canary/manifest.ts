/** Where the objects live. `N` is a plain name, or an Input of one where a resource is declared. */
export interface RoutingOptions<N = string> {
  /** Default: left to the provider. */
  readonly namespace?: N;
  /** The host callers use. Default: the service's short name, which Istio reads in the object's namespace. */
  readonly host?: string;
}

/** A Kubernetes object as it is declared. */
export interface Manifest<K extends string, S, N = string> {
  readonly apiVersion: 'networking.istio.io/v1';
  readonly kind: K;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: N;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: S;
}

/** A key only where it has a value: absent and undefined are different things to whoever compares objects. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

export function metadata<N>(service: string, options: RoutingOptions<N>) {
  return { name: service, ...given('namespace', options.namespace), labels: { app: service } };
}
