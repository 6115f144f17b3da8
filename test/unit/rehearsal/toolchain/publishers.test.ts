import { published } from '../../../../rehearsal/toolchain/published';
import { addressOf, downloadsAllowed, fileAddress } from '../../../../rehearsal/toolchain/publishers';

const mirror = 'BOOKINFO_CANARY_DL_K8S_IO';

describe('an address', () => {
  it.each([
    [{}, 'https://dl.k8s.io'],
    [{ [mirror]: '' }, 'https://dl.k8s.io'],
    [{ [mirror]: 'http://mirror.example.com:8081/k8s/' }, 'http://mirror.example.com:8081/k8s'],
    [{ [mirror]: 'https://bot:secret@mirror.example.com' }, 'https://bot:secret@mirror.example.com'],
  ])('of %j is %s', (env, address) => {
    expect(addressOf(env, 'kubernetes')).toBe(address);
  });

  it.each([
    'mirror.example.com',
    'ftp://mirror.example.com',
    'https://mirror.example.com/?repo=k8s',
    '/srv/mirror',
  ])('is not %s', (value) => {
    expect(() => addressOf({ [mirror]: value }, 'kubernetes')).toThrow(
      /BOOKINFO_CANARY_DL_K8S_IO is no address.*\n.*https:\/\/mirror\.example\.com/,
    );
  });

  it('of a file is below it', () => {
    const scheduler = published.find(({ tool }) => tool === 'kube-scheduler')!;
    expect(fileAddress({ [mirror]: 'https://m.example.com/k8s' }, scheduler)).toBe(
      'https://m.example.com/k8s/release/v1.36.3/bin/linux/amd64/kube-scheduler',
    );
  });
});

describe('BOOKINFO_CANARY_DOWNLOADS', () => {
  it.each([
    [undefined, true],
    ['', true],
    ['on', true],
    ['off', false],
  ])('%s: %s', (word, allowed) => {
    expect(downloadsAllowed({ BOOKINFO_CANARY_DOWNLOADS: word })).toBe(allowed);
  });

  it('is refused when it is another word', () => {
    expect(() => downloadsAllowed({ BOOKINFO_CANARY_DOWNLOADS: 'no' })).toThrow(
      /BOOKINFO_CANARY_DOWNLOADS is "no"\n.*on or off/,
    );
  });
});
