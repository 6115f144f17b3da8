import type { JsonObject } from './json';
import { hasUnknown } from './wire';

/** What a user may set on the provider (`kubernetes:<key>` in a stack's config, or the Provider's arguments). */
export interface ProviderConfig {
  /** A kubeconfig's path or text. Default: KUBECONFIG, then ~/.kube/config, then the pod's service account. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
  /** Namespace of objects that name none. Default: the context's, else `default`. */
  readonly namespace?: string;
  /** Take fields over from other managers, everywhere. Default false. */
  readonly patchForce: boolean;
  /** Change ConfigMaps and Secrets in place instead of replacing them. Default false, as the official provider. */
  readonly configMapMutable: boolean;
  readonly secretMutable: boolean;
  /** Take over an object that exists instead of failing. Default false. */
  readonly upsert: boolean;
}

export interface ConfigFailure {
  readonly property: string;
  readonly reason: string;
}

/** Settings of the official provider that say nothing about what is applied; accepted and without effect. */
const WITHOUT_EFFECT = new Set([
  'version',
  'pluginDownloadURL',
  'clusterIdentifier',
  'helmReleaseSettings',
  'kubeClientSettings',
  'suppressDeprecationWarnings',
  'suppressHelmHookWarnings',
]);

const REFUSED: Readonly<Record<string, string>> = {
  renderYamlToDirectory:
    'this plugin does not render YAML to files; use `npm run render`, or install the official plugin',
  deleteUnreachable:
    'this plugin never drops objects of an unreachable cluster from the state; use `pulumi state delete`',
  skipUpdateUnreachable: 'this plugin never skips an unreachable cluster; use `pulumi up --target`',
};

const TEXT_KEYS = ['kubeconfig', 'context', 'cluster', 'namespace'] as const;
const FLAG_KEYS = {
  enablePatchForce: 'patchForce',
  enableConfigMapMutable: 'configMapMutable',
  enableSecretMutable: 'secretMutable',
  upsertExistingObjects: 'upsert',
} as const;

/** Flags come as booleans from a program and as text from stack config or the environment. */
function flag(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  return undefined;
}

export function readConfig(raw: JsonObject): { config: ProviderConfig; failures: ConfigFailure[] } {
  const failures: ConfigFailure[] = [];
  const text: Record<string, string> = {};
  const flags: Record<string, boolean> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || value === '' || WITHOUT_EFFECT.has(key) || key === 'alwaysRender') continue;
    if (hasUnknown(value)) continue;
    const refusal = REFUSED[key];
    if (refusal !== undefined) {
      if (flag(value) !== false) failures.push({ property: key, reason: refusal });
    } else if (key === 'enableServerSideApply') {
      if (flag(value) !== true) {
        failures.push({
          property: key,
          reason:
            'this plugin only does server-side apply; remove the setting, or install the official plugin',
        });
      }
    } else if (key in FLAG_KEYS) {
      const on = flag(value);
      if (on === undefined) failures.push({ property: key, reason: 'must be true or false' });
      else flags[FLAG_KEYS[key as keyof typeof FLAG_KEYS]] = on;
    } else if ((TEXT_KEYS as readonly string[]).includes(key)) {
      // The official provider also takes a kubeconfig as an object; it arrives as one when it was given as JSON.
      text[key] = typeof value === 'string' ? value : JSON.stringify(value);
    } else {
      failures.push({
        property: key,
        reason: `unknown setting; known: ${[...TEXT_KEYS, ...Object.keys(FLAG_KEYS)].join(', ')}`,
      });
    }
  }
  return {
    config: {
      ...text,
      patchForce: flags['patchForce'] ?? false,
      configMapMutable: flags['configMapMutable'] ?? false,
      secretMutable: flags['secretMutable'] ?? false,
      upsert: flags['upsert'] ?? false,
    },
    failures,
  };
}
