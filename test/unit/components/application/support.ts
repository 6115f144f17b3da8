import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseApplication, type Application } from '../../../../components/application/pure';
import type { Problem } from '../../../../components/validation';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder with these files in it. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What an application is that names these files. @throws Error where it is refused */
export function applicationOf(table: unknown, files: Readonly<Record<string, string>> = {}): Application {
  const read = parseApplication(table, 'app.yaml', { folder: folderOf(files) });
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.value;
}

/** Everything that is wrong with such an application; every remedy says something. */
export function problemsOf(table: unknown, files: Readonly<Record<string, string>> = {}): readonly Problem[] {
  const read = parseApplication(table, 'app.yaml', { folder: folderOf(files) });
  if (read.ok) return [];
  for (const { remedy } of read.problems) expect(remedy).not.toBe('');
  return read.problems;
}

/** A Deployment with a Service of its name. */
export const workload = (
  name: string,
  { labels = `app: ${name}`, image = `registry.example.com/${name}:1.0.0`, more = '' } = {},
) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec:
      containers:
        - { name: ${name}, image: '${image}' }
${more}
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { ${labels} }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`;
