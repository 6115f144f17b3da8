import type { Registry } from '../behaviours';
import { generic } from '../generic';
import { details } from './details';
import { productpage } from './productpage';
import { ratings } from './ratings';
import { reviews } from './reviews';

/** Bookinfo's four services, and any other labelled pod as a generic one. */
export function bookinfoRegistry(process?: Registry['process']): Registry {
  return { behaviours: [details, ratings(), reviews, productpage, generic], process };
}
