import { posix } from 'node:path';

export interface Adapted {
  readonly config: string;
  /** The port it listens on, as in the pod. */
  readonly port: number;
  /** Folders, relative to nginx's prefix, that have to be there. */
  readonly folders: readonly string[];
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * A pod's nginx.conf for a machine on which it is one of many. Two things are changed and nothing else:
 *
 * - `listen <port>` gets the pod's address, as there is no network of the pod's own;
 * - paths in the folders that the pod mounts, and in /tmp, become relative: nginx's prefix is the pod's state folder.
 *
 * @throws Error when there is not exactly one `listen <port>`
 */
export function adaptConfig(
  config: string,
  { podIP, paths }: { readonly podIP: string; readonly paths: readonly string[] },
): Adapted {
  const listens = [...config.matchAll(/^(\s*listen\s+)(\d+)(\s*;)/gm)];
  if (listens.length !== 1)
    throw new Error(
      `nginx.conf has ${listens.length} lines "listen <port>;" where the rehearsal expects one`,
    );
  const folders = [...new Set([...paths.map((path) => posix.dirname(path)), '/tmp'])];
  const below = new RegExp(
    `(\\s)/((?:${folders.map((folder) => escaped(folder.slice(1))).join('|')})/)`,
    'g',
  );
  return {
    config: config
      .replace(/^(\s*listen\s+)(\d+)(\s*;)/m, (_, before, port, after) => `${before}${podIP}:${port}${after}`)
      .replace(below, (_, space, path) => `${space}${path}`),
    port: Number(listens[0]![2]),
    folders: folders.map((folder) => folder.slice(1)),
  };
}

/** /etc/hosts with these names and nothing of the machine's own but localhost. */
export const hostsFile = (hosts: Readonly<Record<string, string>>): string =>
  [
    '127.0.0.1 localhost',
    '::1 localhost',
    ...Object.entries(hosts).map(([name, ip]) => `${ip} ${name}`),
    '',
  ].join('\n');
