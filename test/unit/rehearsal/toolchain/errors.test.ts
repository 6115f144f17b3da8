import { explainFailure, explainFileError, ToolchainError } from '../../../../rehearsal/toolchain/errors';

describe('explainFailure', () => {
  it.each([
    ['hash', 'verifying go.etcd.io/etcd@v3.6.5: checksum mismatch\n\tSECURITY ERROR'],
    ['disk', 'compile: writing output: write $WORK/b001/_pkg_.a: no space left on device'],
    ['memory', 'k8s.io/api: /usr/local/go/pkg/tool/compile: signal: killed'],
    ['network', 'go: dial tcp: lookup proxy.example on 127.0.0.1:53: no such host'],
    ['network', 'reading https://proxy.example/x/@v/v1.zip: 403 Forbidden'],
    ['build', 'main.go:3:2: undefined: nothing'],
  ])('%s', (hindrance, stderr) => {
    expect(explainFailure({ doing: 'building etcd 3.6.5', stderr }).hindrance).toBe(hindrance);
  });

  it('takes a compiler that was killed for a lack of memory', () => {
    expect(explainFailure({ doing: 'x', stderr: '', signal: 'SIGKILL' }).hindrance).toBe('memory');
  });

  it('says what was being done, what the tool said and what to do, without the noise', () => {
    const stderr = 'go: downloading a v1\ngo: downloading b v1\nwrite x: no space left on device\n';
    const { message } = explainFailure({ doing: 'building etcd 3.6.5', stderr });
    expect(message).toMatch(/building etcd 3\.6\.5 failed: the disk is full/);
    expect(message).toContain('write x: no space left on device');
    expect(message).not.toContain('downloading');
    expect(message).toMatch(/remedy: free space/);
  });

  it('shows no credentials of a proxy', () => {
    const stderr = 'Get "https://me:hush@proxy.example/x": dial tcp: i/o timeout';
    const { message } = explainFailure({ doing: 'x', stderr });
    expect(message).toContain('https://***@proxy.example');
    expect(message).not.toContain('hush');
  });
});

describe('explainFileError', () => {
  it('makes a full disk and a forbidden folder readable, and leaves slips of ours alone', () => {
    const full = Object.assign(new Error('x'), { code: 'ENOSPC', path: '/cache/a', syscall: 'mkdir' });
    expect(explainFileError(full)).toBeInstanceOf(ToolchainError);
    expect((explainFileError(full) as Error).message).toMatch(/\/cache\/a .*the disk is full/);
    const slip = new TypeError('undefined is not a function');
    expect(explainFileError(slip)).toBe(slip);
  });
});
