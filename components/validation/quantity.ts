import type { Finding } from './names';

/** Checks a Kubernetes quantity as people write it: a number with a suffix of 1000 or 1024, or `m` for thousandths. */
export const quantityFinding = (value: string, example: string): Finding | undefined =>
  /^\d+(\.\d+)?(m|[kMGTPE]i?)?$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a quantity`, `write a quantity such as ${example}`];
