import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is left on the disk, KiB: a lock of the engine fits, a checkpoint does not. */
const LEFT_KIB = 32;

/**
 * In a mount namespace of its own the state lies on a disk of memory, filled up to a rest. What was written there is on the
 * real one afterwards; what was removed there stays, which the engine's files of this name never need.
 */
const script = `
set -e
backend=$1; kept=$2; left=$3; shift 3
mount --bind "$backend" "$kept"
size=$(($(du -sk "$kept" | cut -f1) * 2 + 4096))
mount -t tmpfs -o "size=\${size}k" tmpfs "$backend"
cp -a "$kept/." "$backend"
free=$(df -k --output=avail "$backend" | tail -n 1)
dd if=/dev/zero of="$backend/filler" bs=1k count=$((free - left)) status=none
set +e
"$@"
code=$?
rm -f "$backend/filler"
cp -a "$backend/." "$kept"
exit $code
`;

/**
 * The words before a command that run it with a full disk under the state. Needs no root: mounting is allowed inside a user
 * namespace.
 * @param backend The folder of the state backend.
 */
export function onFullDisk(backend: string): readonly string[] {
  const kept = join(backend, '..', 'kept');
  mkdirSync(kept, { recursive: true });
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return [
    ...['unshare', ...user, '--mount', '--propagation', 'private'],
    ...['sh', '-c', script, 'sh', backend, kept, String(LEFT_KIB)],
  ];
}
