import { duration, type Progress, runLanes } from '../../../../rehearsal/toolchain/progress';

describe('runLanes', () => {
  const step = (title: string, run: () => Promise<void>) => ({ title, seconds: 197, run });
  const done = (): Promise<void> => Promise.resolve();

  it('writes a line when a step starts and one when it is done, with its place in the list', async () => {
    const lines: string[] = [];
    await runLanes([[step('etcd 3.6.5', done), step('helm 4.3.1', done)]], 'plain', undefined, (line) =>
      lines.push(line),
    );
    expect(lines).toEqual([
      '[1/2] etcd 3.6.5: started, about 3 min 17 s when nothing of it is cached',
      '[1/2] etcd 3.6.5: done in 0 s',
      '[2/2] helm 4.3.1: started, about 3 min 17 s when nothing of it is cached',
      '[2/2] helm 4.3.1: done in 0 s',
    ]);
  });

  it('writes a line a minute while a step runs', async () => {
    jest.useFakeTimers();
    try {
      const lines: string[] = [];
      const long = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150_000));
      const running = runLanes([[step('etcd', long)]], 'plain', undefined, (line) => lines.push(line));
      await jest.advanceTimersByTimeAsync(150_000);
      await running;
      expect(lines.slice(1)).toEqual([
        '[1/1] etcd: 1 min of about 3 min 17 s',
        '[1/1] etcd: 2 min of about 3 min 17 s',
        '[1/1] etcd: done in 2 min 30 s',
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('shows how far a download is, and that it is made later', async () => {
    jest.useFakeTimers();
    try {
      const lines: string[] = [];
      const download = async (progress: Progress): Promise<void> => {
        progress.show('34 of 88 MB');
        await new Promise((resolve) => setTimeout(resolve, 70_000));
        progress.postpone('not downloaded (it stalls); it is built', 48);
      };
      const how = 'downloading from https://mirror.example.com';
      const lane = [{ title: 'etcd', seconds: 16, how, run: download }];
      const running = runLanes([lane], 'plain', undefined, (line) => lines.push(line));
      await jest.advanceTimersByTimeAsync(130_000);
      await running;
      expect(lines).toEqual([
        '[1/1] etcd: downloading from https://mirror.example.com, about 16 s',
        '[1/1] etcd: 1 min of about 16 s, 34 of 88 MB',
        '[1/1] etcd: not downloaded (it stalls); it is built, about 48 s',
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['plain', 'tty', 'none'] as const)('runs lanes at the same time (%s)', async (mode) => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    // Each waits for the other to have begun.
    const begun = [0, 1].map(() => {
      let resolve = (): void => {};
      return { promise: new Promise<void>((done) => (resolve = done)), resolve: () => resolve() };
    });
    const meet = (own: number) =>
      step(`lane ${own}`, async () => {
        begun[own]!.resolve();
        await begun[1 - own]!.promise;
      });
    await expect(runLanes([[meet(0)], [meet(1)]], mode, undefined, () => {})).resolves.toBeUndefined();
    write.mockRestore();
  });

  it.each(['plain', 'tty', 'none'] as const)(
    'stops a lane at the step that fails, ends the others, and throws when they have ended (%s)',
    async (mode) => {
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const later = jest.fn(done);
      const stopping = new AbortController();
      let ended = false;
      const beside = step('c', async () => {
        await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
        await new Promise(setImmediate);
        ended = true;
        throw new Error('ended with the other');
      });
      const lanes = [[step('a', () => Promise.reject(new Error('no luck'))), step('b', later)], [beside]];
      const running = runLanes(
        lanes,
        mode,
        (reason) => stopping.abort(reason),
        () => {},
      );
      await expect(running).rejects.toThrow('no luck');
      expect([later.mock.calls.length, ended]).toEqual([0, true]);
      write.mockRestore();
    },
  );
});

describe('duration', () => {
  it.each([
    [0.4, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [197, '3 min 17 s'],
  ])('%d s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
