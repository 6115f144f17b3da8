import type { Registry } from '../behaviours';
import { generic } from '../generic';
import { details } from './details';
import { productpage } from './productpage';
import { ratings } from './ratings';
import { reviews } from './reviews';

/** Bookinfo's four services, any other labelled pod as a generic one, and istiod as a process outside the cluster. */
export function bookinfoRegistry(): Registry {
  return {
    behaviours: [details, ratings(), reviews, productpage, generic],
    external: (pod) => pod.service === 'istiod' || pod.labels['istio'] === 'pilot',
  };
}
