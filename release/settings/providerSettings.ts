import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { isEncrypted, isMap } from '../../components/validation';
import type { ProviderSettings } from '../cluster';
import { ReleaseError } from '../exitCodes';
import type { StackPlace } from './stackPlace';

const keys = ['kubeconfig', 'context', 'cluster', 'namespace'] as const;

const nameOf = (key: (typeof keys)[number]): string => `kubernetes:${key}`;

/** Values of the engine's config, decrypted, by key with its namespace. */
export type DecryptedConfig = () => Promise<
  Readonly<Record<string, { readonly value?: string } | undefined>>
>;

const fileOf = (path: string): Readonly<Record<string, unknown>> => {
  const content: unknown = parse(readFileSync(path, 'utf8'));
  return isMap(content) ? content : {};
};

const configOf = (content: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  isMap(content['config']) ? content['config'] : {};

/** What a key of Pulumi.yaml gives every stack: the value itself, or a mapping with it. */
const projectValue = (value: unknown): unknown => (isMap(value) && 'value' in value ? value['value'] : value);

/** Config is text to the provider; a kubeconfig that is written as a mapping reaches it as JSON. */
const asText = (value: unknown): string | undefined =>
  value === undefined || value === null || value === ''
    ? undefined
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

/**
 * What a stack configures the engine's Kubernetes provider with: its own `kubernetes:…`, else the project's. The engine is asked
 * only where the file does not tell: where a value is encrypted, or comes of an environment (`environment:`).
 * @throws ReleaseError (usage) where a value cannot be decrypted
 */
export async function readProviderSettings(
  { projectDir, configFile }: Pick<StackPlace, 'projectDir' | 'configFile'>,
  decrypted: DecryptedConfig,
): Promise<ProviderSettings> {
  const stack = fileOf(configFile);
  const [own, project] = [configOf(stack), configOf(fileOf(join(projectDir, 'Pulumi.yaml')))];
  const found = keys.map((key) => [key, own[nameOf(key)] ?? projectValue(project[nameOf(key)])] as const);
  const isTold = stack['environment'] === undefined && !found.some(([, value]) => isEncrypted(value));
  const values = isTold ? {} : await decrypted();
  return Object.fromEntries(
    found.flatMap(([key, value]) => {
      const known = asText(values[nameOf(key)]?.value ?? (isEncrypted(value) ? undefined : value));
      if (known === undefined && isEncrypted(value)) {
        throw new ReleaseError(
          'usage',
          `the stack's secret ${nameOf(key)} cannot be decrypted, so which cluster is meant is not known`,
          'log in to its secrets provider, or set PULUMI_CONFIG_PASSPHRASE',
        );
      }
      return known === undefined ? [] : [[key, known]];
    }),
  );
}

/**
 * The folder that the engine runs the program and its plugins in: that of Pulumi.yaml, or the one that its `main` leads to.
 * Paths of a kubeconfig are relative to it (pulumi/pulumi sdk/go/common/workspace: Projinfo.GetPwdMain).
 */
export function programFolder(projectDir: string): string {
  const { main } = fileOf(join(projectDir, 'Pulumi.yaml'));
  if (typeof main !== 'string' || main === '') return projectDir;
  const path = join(projectDir, main);
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false ? dirname(path) : path;
}
