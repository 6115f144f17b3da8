import * as pulumi from '@pulumi/pulumi';
import { commandKeys, commandSecretKeys } from '../../components/canary/pure';
import type { Problem } from '../../components/validation';

/** The namespace of this project's config keys. */
export const KEY_PREFIX = 'bookinfo:';

/** The keys whose values are secret; every other one has to be readable in previews and in reviews. */
export const secretKeys = ['datakitToken'] as const;
export type SecretKey = (typeof secretKeys)[number];

const isSecretKey = (key: string): key is SecretKey => (secretKeys as readonly string[]).includes(key);

/** What the release command keeps beside the release: its own to judge, but a secret in clear is one all the same. */
const commandReads = (key: string): boolean =>
  ([...commandKeys, ...commandSecretKeys] as readonly string[]).includes(key);
const mayBeSecret: readonly string[] = [...secretKeys, ...commandSecretKeys];

export interface RawConfig {
  /** Values by key without its prefix; maps and lists are parsed, everything else is text. Secrets are not among them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The secret keys that have a value. */
  readonly secrets?: readonly SecretKey[];
  /** The keys that are stored as secrets and may not be: they are there, but nothing can be said of their values. */
  readonly withheld?: readonly string[];
  readonly problems: readonly Problem[];
}

/** The engine hands maps and lists over as JSON, and everything else as text. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}

// Not in the SDK's public types; `Config.get` itself asks it in order to warn.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret?: (key: string) => boolean };

const nothingSecret = (key: string): Problem => ({
  path: key,
  problem: `is stored as a secret, which only ${mayBeSecret.map((name) => KEY_PREFIX + name).join(', ')} may be`,
  remedy: 'set it again without --secret: it has to be readable in previews and in reviews',
});

const inClear = (key: string): Problem => ({
  path: key,
  problem: 'is stored in clear, where everyone who reads this repository can take it',
  remedy: `ask for a new one, and set that with pulumi config set --secret ${key}`,
});

/** The stack's config as the user wrote it. Values that are secret are left out, so no message can show one. */
export function rawConfig(): RawConfig {
  const mine = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(KEY_PREFIX))
    .map(([key, text]) => {
      const name = key.slice(KEY_PREFIX.length);
      return { key, name, text, stored: isConfigSecret?.(key) === true, secret: mayBeSecret.includes(name) };
    });
  return {
    values: Object.fromEntries(
      mine
        .filter(({ name, stored, secret }) => !stored && !secret && !commandReads(name))
        .map(({ name, text }) => [name, parse(text)]),
    ),
    secrets: mine.map(({ name }) => name).filter(isSecretKey),
    withheld: mine.filter(({ stored, secret }) => stored && !secret).map(({ name }) => name),
    problems: mine.flatMap(({ key, stored, secret }) => {
      if (stored === secret) return [];
      return [stored ? nothingSecret(key) : inClear(key)];
    }),
  };
}

/** A secret of the stack; its value is known to the engine as a secret. */
export const secretValue = (key: SecretKey): pulumi.Output<string> =>
  new pulumi.Config(KEY_PREFIX.slice(0, -1)).requireSecret(key);
