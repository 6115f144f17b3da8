import { annotation } from './annotations';
import type { ProviderConfig } from './config';
import { stringAt, type JsonObject } from './json';
import { managerOf } from './naming';
import { FIELD_MANAGER } from './read';

/** Under which name a resource's fields are applied: the program's choice, else the one in the state, else its own. */
export function managerFor(inputs: JsonObject, state: JsonObject, urn: string): string {
  return annotation(inputs, 'patchFieldManager') ?? stringAt(state, FIELD_MANAGER) ?? managerOf(urn);
}

/** Whether fields are taken away from other managers. */
export function isForced(inputs: JsonObject, config: ProviderConfig): boolean {
  const own = annotation(inputs, 'patchForce');
  return own === undefined ? config.patchForce : own === 'true';
}
