import { createHash } from 'node:crypto';
import { isJson, type Manifest } from '../sources/manifest';
import type { Version } from '../version';

/** How many hex digits of a digest tell contents apart; kustomize takes as many characters. */
const DIGITS = 10;

/** Where pods refer to a ConfigMap or a Secret, and by which field. */
const REFERENCES: Readonly<Record<string, readonly ['ConfigMap' | 'Secret', string]>> = {
  configMapRef: ['ConfigMap', 'name'],
  configMapKeyRef: ['ConfigMap', 'name'],
  configMap: ['ConfigMap', 'name'],
  secretRef: ['Secret', 'name'],
  secretKeyRef: ['Secret', 'name'],
  secret: ['Secret', 'secretName'],
};

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isJson(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, ordered(value[key])]));
}

/** A digest of plain data that does not depend on the order of keys. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(ordered(value)))
    .digest('hex')
    .slice(0, DIGITS);

const contentName = ({ metadata, data, stringData, binaryData, type }: Manifest): string =>
  `${metadata.name}-${digestOf({ data, stringData, binaryData, type })}`;

/** Replaces references to ConfigMaps and Secrets below a value, and collects those it replaced. */
function renamed(value: unknown, objects: readonly Manifest[], used: Set<Manifest>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, objects, used));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const [kind, field] = REFERENCES[key] ?? [];
      // In a projected volume a Secret is named by `name` too.
      const by = isJson(item) && field !== undefined && item[field] === undefined ? 'name' : field;
      if (!isJson(item) || by === undefined) return [key, renamed(item, objects, used)];
      const object = objects.find((one) => one.kind === kind && one.metadata.name === item[by]);
      if (object === undefined) return [key, item];
      used.add(object);
      return [key, { ...item, [by]: contentName(object) }];
    }),
  );
}

/**
 * A version whose own ConfigMaps and Secrets are named by their content, and copies of these under those names.
 *
 * Only what the version itself refers to, by `env`, `envFrom` and `podOverrides`: so that a changed config is a new object
 * that only this version's pods see, and the one that the other version has is still there to go back to.
 */
export function withContentNames(
  version: Version,
  objects: readonly Manifest[],
): { readonly version: Version; readonly configs: readonly Manifest[] } {
  const { env, envFrom, podOverrides } = version;
  const used = new Set<Manifest>();
  const named = renamed({ env, envFrom, podOverrides }, objects, used) as Partial<Version>;
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return {
    version: { ...version, ...given },
    configs: [...used].map((object) => ({
      ...object,
      metadata: { ...object.metadata, name: contentName(object) },
    })),
  };
}
