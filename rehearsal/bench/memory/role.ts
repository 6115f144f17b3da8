import { basename } from 'node:path';
import type { Role } from '../model';

/** What a process is there for, by its command line. */
export function roleOf(command: readonly string[]): Role {
  // A script's interpreter stands before it.
  const names = command.slice(0, 2).map((word) => basename(word));
  if (names.includes('pulumi')) return 'engine';
  if (names.some((name) => name.startsWith('pulumi-language-'))) return 'language host';
  if (names.some((name) => name.startsWith('pulumi-resource-'))) return 'provider';
  if (command.some((word) => /[\\/]cmd[\\/]run(?!\w)/.test(word))) {
    // The host asks a Node.js of its own where the runner is, before it starts it.
    return command[1] === '-e' ? 'module lookup' : 'program';
  }
  return 'other';
}
