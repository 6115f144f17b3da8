import { isMap, isScalar, type Node, parseDocument } from 'yaml';
import type { Routing } from '../../components/canary/pure';
import { releaseIn } from './canaryEdit';
import { editFile, nameOf, pairsOf, type Edited } from './stepEdit';

/**
 * The text of a stack's config file with another routing API for a release. Only that key is changed or added, as `withStep`
 * does with the step: a review shows one line.
 * @throws Error where the file has no release of that service
 */
export function withRoutingKey(text: string, project: string, service: string, to: Routing): string {
  const config = parseDocument(text, { keepSourceTokens: true }).get('config');
  const release = isMap(config) ? releaseIn(config, project, service) : undefined;
  if (release === undefined) throw new Error(`the config file has no release of ${service}`);
  const pairs = pairsOf(release);
  const given = pairs.find((pair) => nameOf(pair) === 'routing')?.value;
  if (isScalar(given) && given.range) {
    return text.slice(0, given.range[0]) + to + text.slice(given.range[1]);
  }
  const named = pairs.find((pair) => nameOf(pair) === 'service')!;
  const [start] = (named.key as Node).range!;
  const [, end] = (named.value as Node).range!;
  if (release.flow === true) return `${text.slice(0, end)}, routing: ${to}${text.slice(end)}`;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const line = text.indexOf('\n', end);
  const at = line < 0 ? text.length : line;
  return `${text.slice(0, at)}\n${indent}routing: ${to}${text.slice(at)}`;
}

/** Names a routing API in a stack's config file. @throws as `withRoutingKey` and `editFile` */
export const writeRouting = (
  configFile: string,
  project: string,
  service: string,
  to: Routing,
): Promise<Edited> => editFile(configFile, (text) => withRoutingKey(text, project, service, to));
