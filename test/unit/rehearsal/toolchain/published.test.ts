import { toolNamed } from '../../../../rehearsal/toolchain/catalogue';
import { published } from '../../../../rehearsal/toolchain/published';

describe.each(published)('the pin of $tool', (file) => {
  it('is of the version that is built otherwise', () => {
    expect(file.version).toBe(toolNamed(file.tool).version);
    expect(file.path).toContain(`v${file.version}`);
  });

  it('is a hash, and says where it was read', () => {
    expect(file.hash).toMatch({ sha256: /^[0-9a-f]{64}$/, sha512: /^[0-9a-f]{128}$/ }[file.algorithm]);
    expect(file.hashFrom).not.toBe('');
  });

  it('names a member exactly where it is an archive', () => {
    expect(file.member !== undefined).toBe(file.path.endsWith('.tar.gz'));
  });
});

it('pins a tool once, and no hash twice', () => {
  expect(new Set(published.map(({ tool }) => tool)).size).toBe(published.length);
  expect(new Set(published.map(({ hash }) => hash)).size).toBe(published.length);
});
