/** The name of every object of the edge. */
export const EDGE_NAME = 'edge';

export const labels = { app: EDGE_NAME } as const;

export const ports = {
  /** Above 1024: the process has no right to a lower one. */
  container: 8080,
  service: 80,
} as const;
