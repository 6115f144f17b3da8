import { duration, type Progress, runSteps } from '../../../../rehearsal/toolchain/progress';

describe('runSteps', () => {
  const step = (title: string, run: () => Promise<void>) => ({ title, seconds: 197, run });
  const done = (): Promise<void> => Promise.resolve();

  it('writes a line when a step starts and one when it is done, with its place in the list', async () => {
    const lines: string[] = [];
    await runSteps([step('etcd 3.6.5', done), step('helm 4.3.1', done)], 'plain', (line) => lines.push(line));
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
      const running = runSteps([step('etcd', long)], 'plain', (line) => lines.push(line));
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

  it('shows how far a download is, and that it goes on another way', async () => {
    jest.useFakeTimers();
    try {
      const lines: string[] = [];
      const download = async (progress: Progress): Promise<void> => {
        progress.show('34 of 88 MB');
        await new Promise((resolve) => setTimeout(resolve, 70_000));
        progress.instead('not downloaded (it stalls); it is built', 48);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      };
      const how = 'downloading from https://mirror.example.com';
      const running = runSteps([{ title: 'kubectl', seconds: 16, how, run: download }], 'plain', (line) =>
        lines.push(line),
      );
      await jest.advanceTimersByTimeAsync(130_000);
      await running;
      expect(lines).toEqual([
        '[1/1] kubectl: downloading from https://mirror.example.com, about 16 s',
        '[1/1] kubectl: 1 min of about 16 s, 34 of 88 MB',
        '[1/1] kubectl: not downloaded (it stalls); it is built, about 48 s',
        '[1/1] kubectl: 2 min of about 1 min 58 s',
        '[1/1] kubectl: done in 2 min 10 s',
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each(['plain', 'tty', 'none'] as const)('stops at the first step that fails (%s)', async (mode) => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const later = jest.fn(done);
    const steps = [step('a', () => Promise.reject(new Error('no luck'))), step('b', later)];
    await expect(runSteps(steps, mode, () => {})).rejects.toThrow('no luck');
    expect(later).not.toHaveBeenCalled();
    write.mockRestore();
  });
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
