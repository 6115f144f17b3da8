import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isMap } from '../components/validation';
import { findStack, plainStackName, type StackPlace } from '../release/settings';
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
  const content: unknown = parse(readFileSync(place.configFile, 'utf8'));
  const config = isMap(content) && isMap(content['config']) ? content['config'] : {};
  const value = (key: string): unknown => config[`${place.project}:${key}`] ?? config[key];
  const layers = value('layers');
  const hosts = value('hosts');
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
