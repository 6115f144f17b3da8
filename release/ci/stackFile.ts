import { entryPage, findEntry, type Application } from '../../components/application/pure';
import { findStack, plainStackName, readConfig, type StackPlace } from '../settings';
import type { AffectableStack } from './affected';

/** A stack of the project as far as its file tells without being checked: what is wrong in it is told by what reads it. */
export interface ListedStack extends StackPlace, AffectableStack {
  readonly hasRelease: boolean;
  /** The first host that the file names; undefined where it names none. */
  readonly host?: string;
}

/** @throws ProblemsError when there is no file for the stack */
export function listedStack(root: string, stack: string): ListedStack {
  const place = findStack({ cwd: root, stack });
  const { layers, hosts, application } = readConfig(place);
  const host = Array.isArray(hosts)
    ? hosts.find((each): each is string => typeof each === 'string' && each !== '*')
    : undefined;
  const listed = Array.isArray(layers) ? layers.map(String) : [];
  return {
    ...place,
    name: plainStackName(stack),
    layers: listed,
    hasRelease: listed.includes('release'),
    ...(typeof application === 'string' ? { application } : {}),
    ...(host === undefined ? {} : { host }),
  };
}

/** Where the pages of a stack are; undefined where its file names no host, or nothing is reached from outside. */
export function addressOf({ host }: Pick<ListedStack, 'host'>, application: Application): string | undefined {
  const entry = findEntry(application)?.entry;
  return host === undefined || entry === undefined ? undefined : `http://${host}${entryPage(entry)}`;
}
