import { readFile, realpath, stat } from 'node:fs/promises';
import { isMap, isPair, isScalar, isSeq, type Node, parseDocument, type Pair, type YAMLMap } from 'yaml';
import type { Routing } from '../../components/canary/pure';
import { replaceFile } from '../files';

const pairOf = (map: unknown, ...names: readonly string[]): Pair | undefined =>
  isMap(map)
    ? map.items.find(
        (item): item is Pair => isPair(item) && isScalar(item.key) && names.includes(String(item.key.value)),
      )
    : undefined;

const textOf = (pair: Pair | undefined): unknown => (isScalar(pair?.value) ? pair.value.value : undefined);

function releaseIn(text: string, project: string, service: string): YAMLMap | undefined {
  const config = pairOf(parseDocument(text, { keepSourceTokens: true }).contents, 'config')?.value;
  const value = pairOf(config, `${project}:release`, 'release')?.value;
  const list: readonly unknown[] = isSeq(value) ? value.items : [value];
  return list.find((each): each is YAMLMap => textOf(pairOf(each, 'service')) === service);
}

/**
 * The text of a stack's config file with another routing API for a release. Only that key is changed or added, as `withStep`
 * does with the step: a review shows one line.
 * @throws Error where the file has no release of that service
 */
export function withRoutingKey(text: string, project: string, service: string, to: Routing): string {
  const release = releaseIn(text, project, service);
  if (release === undefined) throw new Error(`the config file has no release of ${service}`);
  const given = pairOf(release, 'routing')?.value as Node | null | undefined;
  if (given?.range) return text.slice(0, given.range[0]) + to + text.slice(given.range[1]);
  const named = pairOf(release, 'service')!;
  const [start] = (named.key as Node).range!;
  const [, end] = (named.value as Node).range!;
  if (release.flow === true) return `${text.slice(0, end)}, routing: ${to}${text.slice(end)}`;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const line = text.indexOf('\n', end);
  const at = line < 0 ? text.length : line;
  return `${text.slice(0, at)}\n${indent}routing: ${to}${text.slice(at)}`;
}

/** Names a routing API in a stack's config file. A reader sees the whole old file or the whole new one. */
export async function writeRouting(
  configFile: string,
  project: string,
  service: string,
  to: Routing,
): Promise<void> {
  const file = await realpath(configFile);
  const { mode } = await stat(file);
  await replaceFile(file, withRoutingKey(await readFile(file, 'utf8'), project, service, to), mode & 0o777);
}
