import { readFile, realpath, stat } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { DEFAULT_ROUTING, type Routing } from '../../components/canary/pure';
import { isMap } from '../../components/validation';
import { replaceFile } from '../files';

/**
 * The text of a stack's config file with another routing API for a release. Comments stay; the key goes where the API is the
 * one that stands for none.
 * @throws Error where the file has no release of that service
 */
export function withRoutingKey(text: string, project: string, service: string, to: Routing): string {
  const document = parseDocument(text);
  const config: unknown = (document.toJS() as { readonly config?: unknown } | null)?.config;
  const name = [`${project}:release`, 'release'].find((key) => isMap(config) && config[key] !== undefined);
  const releases: unknown = name === undefined || !isMap(config) ? undefined : config[name];
  const list = Array.isArray(releases) ? releases : [releases];
  const index = list.findIndex((each) => isMap(each) && each['service'] === service);
  if (name === undefined || index < 0) throw new Error(`the config file has no release of ${service}`);
  const path = ['config', name, ...(Array.isArray(releases) ? [index] : []), 'routing'];
  if (to === DEFAULT_ROUTING) document.deleteIn(path);
  else document.setIn(path, to);
  return document.toString({ lineWidth: 0 });
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
