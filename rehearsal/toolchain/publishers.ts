import { ToolchainError } from './errors';
import type { Published, Publisher } from './published';

interface Address {
  /** The environment variable that names a mirror. */
  readonly setting: string;
  readonly address: string;
}

/** Where publishers are, and what puts a mirror in their place. */
const publishers: Readonly<Record<Publisher, Address>> = {
  github: { setting: 'BOOKINFO_CANARY_GITHUB', address: 'https://github.com' },
  kubernetes: { setting: 'BOOKINFO_CANARY_DL_K8S_IO', address: 'https://dl.k8s.io' },
};

const downloadsSetting = 'BOOKINFO_CANARY_DOWNLOADS';

function refuse(setting: string, problem: string, remedy: string): ToolchainError {
  return new ToolchainError('setting', [{ path: setting, problem, remedy }]);
}

/**
 * Whether published tools are downloaded: BOOKINFO_CANARY_DOWNLOADS, `on` (default) or `off`.
 *
 * @throws ToolchainError for any other word.
 */
export function downloadsAllowed(env: NodeJS.ProcessEnv): boolean {
  const word = env[downloadsSetting] || 'on';
  if (word === 'on' || word === 'off') return word === 'on';
  throw refuse(downloadsSetting, `is ${JSON.stringify(word)}`, 'set it to on or off, or not at all');
}

/**
 * The publisher's address, or the mirror's that is set, without a slash at its end. It may hold a user and a password.
 *
 * @throws ToolchainError for a mirror that is no http or https address, or one with a query.
 */
export function addressOf(env: NodeJS.ProcessEnv, publisher: Publisher): string {
  const { setting, address } = publishers[publisher];
  const set = env[setting];
  if (!set) return address;
  const url = URL.canParse(set) ? new URL(set) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
    throw refuse(
      setting,
      'is no address to put a path behind',
      `set it to one such as https://mirror.example.com/github, or not at all (${address})`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** The address of a published file. */
export function fileAddress(env: NodeJS.ProcessEnv, file: Published): string {
  return `${addressOf(env, file.publisher)}/${file.path}`;
}
