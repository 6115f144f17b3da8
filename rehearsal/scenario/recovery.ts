import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What the engine writes into a lock of its file backend. */
const lockSchema = z.object({ pid: z.number().int().positive(), hostname: z.string() });

/** The part of an exported stack that is read here. */
const exportSchema = z.object({
  deployment: z
    .object({
      pending_operations: z
        .array(
          z.object({
            type: z.string(),
            resource: z.object({ urn: z.string(), inputs: z.record(z.string(), z.unknown()).optional() }),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** An object whose creation was under way when the engine ended. */
export interface PendingCreation {
  readonly urn: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined for a file that was being written when its writer ended. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lockFiles(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * Removes locks of a file backend whose engine is provably gone: taken on this very machine, by a process that does not
 * exist any more. Every other lock stays, as does one that cannot be read. Returns how many went.
 */
export function removeDeadLocks(backendUrl: string): number {
  if (!backendUrl.startsWith('file://')) return 0;
  const dead = lockFiles(join(fileURLToPath(backendUrl), '.pulumi', 'locks')).filter((file) => {
    const lock = lockSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
    return lock.success && lock.data.hostname === hostname() && !isRunning(lock.data.pid);
  });
  for (const file of dead) rmSync(file, { force: true });
  return dead.length;
}

/** The Kubernetes objects that an exported stack calls "being created". */
export function pendingCreations(exported: string): PendingCreation[] {
  const operations = exportSchema.parse(JSON.parse(exported)).deployment?.pending_operations ?? [];
  return operations
    .filter(({ type }) => type === 'creating')
    .map(({ resource: { urn, inputs = {} } }) => {
      const metadata = z
        .object({ name: z.string(), namespace: z.string().optional() })
        .parse(inputs.metadata);
      const { apiVersion, kind } = z.object({ apiVersion: z.string(), kind: z.string() }).parse(inputs);
      return { urn, kind, apiVersion, name: metadata.name, namespace: metadata.namespace };
    });
}

/** The id the Kubernetes provider gives an object. */
export const objectId = ({ name, namespace }: PendingCreation): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
