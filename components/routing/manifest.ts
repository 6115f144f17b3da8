/** A Kubernetes object as it is declared. `N` is a plain name, or an Input of one where a resource is declared. */
export interface Manifest<K extends string = string, S = unknown, N = string> {
  readonly apiVersion: string;
  readonly kind: K;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: N;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: S;
}

/** A key only where it has a value: absent and undefined are different things to whoever compares objects. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

/** The metadata of an object that belongs to a service. */
export function metadata<N>(service: string, namespace: N | undefined, name: string = service) {
  return { name, ...given('namespace', namespace), labels: { app: service } };
}
