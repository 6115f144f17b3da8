import type { PodView } from '../pods';

/** Who answers, as every stand-in says it. */
export interface Identity {
  readonly service: string;
  readonly version: string;
  readonly podname: string;
}

export const identityOf = ({ service, version, name }: PodView): Identity => ({
  service,
  version,
  podname: name,
});
