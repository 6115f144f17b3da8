import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureTools } from '../../rehearsal/toolchain';
import { freePort } from './freePort';
import { until } from './until';

/** A store that speaks S3, on this machine's loopback, with one bucket. It ends with all it has. */
export class ObjectStore {
  private constructor(
    /** Where it listens, `http://…`. */
    readonly url: string,
    readonly bucket: string,
    readonly end: () => Promise<void>,
  ) {}

  /** @throws Error with what it printed, where it does not get ready */
  static async start(bucket: string): Promise<ObjectStore> {
    const toolchain = await ensureTools(['gofakes3'], { progress: 'none' });
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      toolchain.path('gofakes3'),
      ['-backend', 'memory', '-host', address, '-initialbucket', bucket, '-quiet'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const gone = once(child, 'exit');
    const store = new ObjectStore(`http://${address}`, bucket, async () => {
      child.kill('SIGTERM');
      await gone;
    });
    const answers = () =>
      fetch(`${store.url}/${bucket}`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('the store answers', async () => child.exitCode !== null || (await answers()));
    if (child.exitCode !== null) throw new Error(`the store ended:\n${printed}`);
    return store;
  }

  /** What a user gives the engine. */
  get backendUrl(): string {
    return `s3://${this.bucket}?region=eu-central-1&endpoint=${this.url}&s3ForcePathStyle=true`;
  }

  /** It asks for some and believes any. */
  readonly credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };

  /** The keys that begin with something. */
  async keys(prefix: string): Promise<readonly string[]> {
    const answer = await fetch(`${this.url}/${this.bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
    return [...(await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key!);
  }

  async read(key: string): Promise<string> {
    return (await fetch(`${this.url}/${this.bucket}/${key}`)).text();
  }

  async write(key: string, body: string): Promise<void> {
    const { ok, status } = await fetch(`${this.url}/${this.bucket}/${key}`, { method: 'PUT', body });
    if (!ok) throw new Error(`${key} was not written: ${status}`);
  }
}
