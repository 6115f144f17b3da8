import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { failure, success, type Result } from '../validation';
import type { Application } from './application';
import { parseApplication } from './applicationSchema';
import { bookinfo } from './catalogue';

/** The project's folder: the one with Pulumi.yaml, at `from` or above it. The engine runs the program in `main`, below. */
function projectFolder(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Pulumi.yaml'))) return folder;
    if (folder === dirname(folder)) return resolve(from);
  }
}

const unreadable = (path: string, problem: string, remedy: string): Result<never> =>
  failure([{ path, problem, remedy }]);

/**
 * Reads the application that a stack is about.
 *
 * @param raw What the stack says: the YAML file with the table, relative to the folder of Pulumi.yaml, or undefined for
 *   Istio's Bookinfo.
 * @param path How the key is called in problems.
 * @param from Where the folder of Pulumi.yaml is looked for, upwards.
 * @param namespace Where the application goes; charts are rendered for it.
 */
export function readApplication(
  raw: unknown,
  path: string,
  from = process.cwd(),
  namespace?: string,
): Result<Application> {
  if (raw === undefined) return success(bookinfo);
  if (typeof raw !== 'string' || raw.trim() === '') {
    return unreadable(
      path,
      'is not the name of a file',
      'write the file with the table, such as examples/shop.yaml, or leave the key out for Bookinfo',
    );
  }
  const file = resolve(projectFolder(from), raw);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable(
      path,
      `names ${raw}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
      `write a file relative to the folder of Pulumi.yaml; ${file} was looked for`,
    );
  }
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong !== undefined) {
    return unreadable(
      path,
      `names ${raw}, which is not YAML: ${wrong.message.split('\n')[0]}`,
      'fix the file',
    );
  }
  let table: unknown;
  try {
    table = document.toJS();
  } catch {
    // An alias without an anchor, or so many that they would unfold to more than a machine holds.
    return unreadable(
      path,
      `names ${raw}, which has aliases that cannot be followed`,
      'write the values themselves in their place',
    );
  }
  return parseApplication(table, raw, { folder: dirname(file), namespace });
}
