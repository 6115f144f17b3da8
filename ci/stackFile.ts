import { findStack, plainStackName, readConfig, type StackPlace } from '../release/settings';
import type { AffectableStack } from './affected';

/** A stack of the project as far as its file tells without being checked: what is wrong in it is told by what reads it. */
export interface ListedStack extends StackPlace, AffectableStack {
  readonly hasRelease: boolean;
  /** Where its pages are; undefined where the file names no host. */
  readonly url?: string;
}

/** @throws ProblemsError when there is no file for the stack */
export function listedStack(root: string, stack: string): ListedStack {
  const place = findStack({ cwd: root, stack });
  const { layers, hosts } = readConfig(place);
  const host = Array.isArray(hosts)
    ? hosts.find((each): each is string => typeof each === 'string' && each !== '*')
    : undefined;
  const listed = Array.isArray(layers) ? layers.map(String) : [];
  return {
    ...place,
    name: plainStackName(stack),
    layers: listed,
    hasRelease: listed.includes('release'),
    ...(host === undefined ? {} : { url: `http://${host}/productpage` }),
  };
}
