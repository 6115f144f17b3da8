/** Kubernetes quantities, e.g. `200m` and `128Mi`. */
export interface Quantities {
  readonly cpu?: string;
  readonly memory?: string;
}

export interface Resources {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

/** A fixed number of pods, or the limits between which they follow the load. */
export type Replicas = number | { readonly min: number; readonly max: number };

/** The least number of pods there will be. */
export const leastOf = (replicas: Replicas): number =>
  typeof replicas === 'number' ? replicas : replicas.min;
