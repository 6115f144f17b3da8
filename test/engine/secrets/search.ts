import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A text as it stands in base64 somewhere inside of a longer text; which of the three depends on what is before it. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('x'.repeat(before) + text).toString('base64');
    // The characters at both ends are made of neighbours too.
    return encoded.slice(before === 0 ? 0 : before + 1, -4);
  });
}

const forms = (marker: string): readonly string[] => [
  marker,
  ...inBase64(marker),
  Buffer.from(marker).toString('hex'),
];

/** Whether a text holds a marker: as it is, in base64 at any offset, or in hexadecimal. */
export const holds = (text: string, marker: string): boolean =>
  forms(marker).some((form) => text.includes(form));

const unpacked = (content: Buffer): string =>
  (content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString('latin1');

/** Every file below a folder with its content; sockets and what `skip` names are left out. */
export function filesBelow(folder: string, skip: readonly string[] = []): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    if (skip.includes(name)) continue;
    const path = join(folder, name);
    const entry = lstatSync(path);
    if (entry.isDirectory()) for (const [file, text] of filesBelow(path)) found.set(file, text);
    else if (entry.isFile()) found.set(path, unpacked(readFileSync(path)));
  }
  return found;
}
