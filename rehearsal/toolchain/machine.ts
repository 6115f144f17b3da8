import { join } from 'node:path';
import { cacheHome, projectRoot } from '../paths';
import { type Published, published } from './published';

/** What the toolchain reads of the machine it runs on; tests give another one. */
export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** Where finished tools are kept: a folder per family and key. */
  readonly cache: string;
  /** The committed module folders: go.mod, go.sum and tools.go per family. */
  readonly modules: string;
  /** The tools that are pinned as published files. */
  readonly published: readonly Published[];
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** glibc's version; undefined where the C library is another one. */
  readonly glibc: string | undefined;
  readonly node: string;
}

/** The machine this process runs on. */
export function thisMachine(env: NodeJS.ProcessEnv = process.env): Machine {
  return {
    env,
    cache: join(cacheHome(env), 'toolchain'),
    modules: join(projectRoot(), 'rehearsal', 'toolchain', 'modules'),
    published,
    platform: process.platform,
    arch: process.arch,
    glibc: glibcVersion(),
    node: process.versions.node,
  };
}

/** The folder of the script in front of the language host that is built here. */
export const languageHostDir = (): string => join(projectRoot(), 'rehearsal', 'toolchain', 'language-host');

function glibcVersion(): string | undefined {
  // Typed as a bare object: Node's report has no declared shape.
  const report = process.report.getReport() as unknown as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
