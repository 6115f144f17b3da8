'use strict';
/**
 * Where the environments of the platforms are found that tests run on. A whole test run starts its platforms once, each in
 * a process of its own (serve.js), and names their folder in PLATFORMS; one part by itself starts them in Jest's global
 * set-up, which hands them on in REHEARSALS.
 */
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

/** A platform that is not there by then never will be; the slowest start seen, on a machine under load, took 80 s. */
const DEADLINE_MS = 300_000;

/**
 * @typedef {{ readonly environment?: Readonly<Record<string, string>>, readonly error?: string }} Started what became of a
 *   platform's start
 * @typedef {{ readonly environment: Readonly<Record<string, string>>, stop(): Promise<void> }} Platform
 */

const folder = () => path.resolve(__dirname, '../../..', process.env['PLATFORMS'] ?? '');
const place = (/** @type {number} */ number) => path.join(folder(), `${number}.json`);

/**
 * Tells everybody who waits for it what became of a platform.
 * @param {number} number
 * @param {Started} started
 */
function tell(number, started) {
  mkdirSync(folder(), { recursive: true });
  const draft = `${place(number)}.draft`;
  writeFileSync(draft, JSON.stringify(started), { mode: 0o600 });
  renameSync(draft, place(number));
}

/**
 * @param {number} number
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
async function served(number) {
  const deadline = Date.now() + DEADLINE_MS;
  while (!existsSync(place(number))) {
    if (Date.now() > deadline)
      throw new Error(`platform ${number} was not started within ${DEADLINE_MS / 1000} s`);
    await sleep(100);
  }
  /** @type {Started} */
  const { environment, error } = JSON.parse(readFileSync(place(number), 'utf8'));
  if (environment === undefined) throw new Error(`platform ${number} could not be started: ${error}`);
  return environment;
}

/**
 * Makes a file of tests find one of the platforms.
 * @param {number} number from 1
 */
async function use(number) {
  /** @type {Readonly<Record<string, string>>[]} */
  const own = JSON.parse(process.env['REHEARSALS'] ?? '[]');
  Object.assign(process.env, own[number - 1] ?? (await served(number)));
}

/**
 * Starts platforms for a part that runs by itself, which end with this process.
 * @param {number} count
 */
async function begin(count) {
  if (process.env['PLATFORMS'] !== undefined) return;
  const { startForTests } = require('../../../bin/fresh').run('rehearsal/testing.ts');
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  /** @type {Platform[]} */
  const platforms = await Promise.all(numbers.map((number) => startForTests(`-${number}`)));
  process.env['REHEARSALS'] = JSON.stringify(platforms.map(({ environment }) => environment));
  Object.assign(globalThis, { platformsOfThisPart: platforms });
}

/** Ends what `begin` has started. */
async function end() {
  const shared = /** @type {{ platformsOfThisPart?: Platform[] }} */ (globalThis);
  await Promise.all((shared.platformsOfThisPart ?? []).map((platform) => platform.stop()));
}

module.exports = { begin, end, tell, use };
