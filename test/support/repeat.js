/**
 * Runs tests many times, quiet and beside busy loops, and tells how often they failed: a test that knows how fast the machine
 * is fails in one of the two.
 *
 * usage: npm run repeat -- PROJECT FILE… [-t NAME]      TIMES=20 and BUSY=2 (loops) are the defaults; BUSY=0 is quiet only
 */
const { spawn } = require('node:child_process');
const { availableParallelism } = require('node:os');

/** @param {string} name @param {number} otherwise @param {number} most */
function setting(name, otherwise, most) {
  const text = process.env[name] ?? String(otherwise);
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  process.stderr.write(
    `${name} is ${JSON.stringify(text)}: set it to a whole number up to ${most}, or not at all\n`,
  );
  process.exit(2);
}

/** What ran and has not ended. A busy loop ends by itself too, in case that this process is killed. */
const children = new Set();
const longestLoopSeconds = 3_600;

/** @param {string} command @param {readonly string[]} args @param {boolean} isQuiet */
function start(command, args, isQuiet) {
  const child = spawn(command, args, { stdio: ['ignore', isQuiet ? 'ignore' : 'pipe', 'pipe'] });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** @param {number} loops */
function beginLoops(loops) {
  const code = `const end = Date.now() + ${longestLoopSeconds * 1000}; while (Date.now() < end && process.ppid === ${process.pid});`;
  return Array.from({ length: loops }, () => start(process.execPath, ['-e', code], true));
}

/** @param {readonly string[]} args @returns {Promise<string | undefined>} what a failed run printed */
async function runOnce([project = '', ...rest]) {
  const child = start(
    'sh',
    ['test/support/jest.sh', '--selectProjects', project, '--maxWorkers=1', ...rest],
    false,
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return code === 0 ? undefined : said;
}

async function main() {
  const args = process.argv.slice(2);
  if (args.length < 2) {
    process.stderr.write('usage: npm run repeat -- PROJECT FILE… [-t NAME]\n');
    process.exit(2);
  }
  const times = setting('TIMES', 20, 1_000);
  const busy = setting('BUSY', Math.min(2, availableParallelism()), 64);
  let failures = 0;
  for (const loops of busy === 0 ? [0] : [0, busy]) {
    const beside = beginLoops(loops);
    let failed = 0;
    for (let time = 1; time <= times; time++) {
      const said = await runOnce(args);
      if (said !== undefined) {
        failed++;
        process.stdout.write(`${said.slice(-4_000)}\n`);
      }
    }
    for (const loop of beside) loop.kill();
    process.stdout.write(
      `${loops === 0 ? 'quiet' : `beside ${loops} busy loops`}: ${failed} of ${times} failed\n`,
    );
    failures += failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of children) child.kill();
    process.exit(130);
  });
}
void main();
