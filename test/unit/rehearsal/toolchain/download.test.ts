import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download, httpClient, patience, type Wanted } from '../../../../rehearsal/toolchain/download';
import { binary, type FileServer, fileServer, pin, serve } from './fileServer';

const content = binary('kwok');
const wait = { ...patience, judgeMs: 100 };

let folder: string;
let server: FileServer | undefined;
const client = httpClient({}, wait);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'download-'))));
afterEach(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});
afterAll(() => client.destroy());

async function fetched(
  answer: Parameters<typeof fileServer>[0][string],
  change: Partial<Wanted> = {},
): Promise<string> {
  server = await fileServer({ '/file': answer });
  const { algorithm, hash } = pin('kwok', content);
  const place = join(folder, 'file');
  const address = `${server.address}/file`;
  const wanted = { address, algorithm, hash, place, limitMs: 10_000, maxBytes: 1e6, ...change };
  await download(client, wanted, wait);
  return place;
}

describe('download', () => {
  it('writes the file, and tells how much has come of how much', async () => {
    const told: [number, number | undefined][] = [];
    const place = await fetched(serve.whole(content), {
      onBytes: (received, total) => told.push([received, total]),
    });
    expect(readFileSync(place)).toEqual(content);
    expect(told.at(-1)).toEqual([content.length, content.length]);
  });

  it('ends a file that is larger than it can be', async () => {
    const failure = { trouble: 'tooLarge', message: 'it is larger than 0.0 MB' };
    await expect(fetched(serve.whole(content), { maxBytes: 100 })).rejects.toMatchObject(failure);
  });

  it('ends a slow one as soon as it is plain that it takes too long', async () => {
    let last = 0;
    const onBytes = (received: number): void => void (last = received);
    // It would take a hundred seconds, and its limit is ten.
    await expect(fetched(serve.dripping(content, 20), { onBytes })).rejects.toMatchObject({
      trouble: 'slow',
      message: expect.stringMatching(/in [0-8] s is slower/) as string,
    });
    expect(last).toBeLessThan(content.length);
  });

  it('ends one of unknown length when its time is over', async () => {
    const endless = (
      _request: unknown,
      response: { write(text: string): void; on: NodeJS.EventEmitter['on'] },
    ) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    };
    await expect(fetched(endless, { limitMs: 300 })).rejects.toMatchObject({
      trouble: 'slow',
      message: expect.stringMatching(/^0\.0 MB in 0 s is slower/) as string,
    });
  });

  it('blames the disk, not the server, for a file that cannot be written', async () => {
    const place = join(folder, 'absent', 'file');
    await expect(fetched(serve.whole(content), { place })).rejects.toMatchObject({
      code: 'ENOENT',
      path: place,
    });
  });
});
