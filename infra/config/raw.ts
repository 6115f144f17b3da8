import * as pulumi from '@pulumi/pulumi';
import type { Problem } from '../../components/validation';

/** The namespace of this project's config keys. */
export const KEY_PREFIX = 'bookinfo:';

export interface RawConfig {
  /** Values by key without its prefix; maps and lists are parsed, everything else is text. */
  readonly values: Readonly<Record<string, unknown>>;
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

/** The stack's config as the user wrote it. Values that are stored as secrets are left out, so no message can show one. */
export function rawConfig(): RawConfig {
  const mine = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(KEY_PREFIX));
  const secret = mine.filter(([key]) => isConfigSecret?.(key) === true).map(([key]) => key);
  return {
    values: Object.fromEntries(
      mine
        .filter(([key]) => !secret.includes(key))
        .map(([key, text]) => [key.slice(KEY_PREFIX.length), parse(text)]),
    ),
    problems: secret.map((key) => ({
      path: key,
      problem: 'is stored as a secret, and nothing here is one',
      remedy: `set it again without --secret: it has to be readable in previews and in reviews`,
    })),
  };
}
