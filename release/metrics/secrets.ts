import { isMap } from '../../components/validation';
import { ReleaseError } from '../exitCodes';
import type { WantedSecret } from './kind';

/** Where secrets come from. */
export interface SecretPlaces {
  /** Usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The stack's `metricsKey`, which goes before the environment: one secret, or several as a JSON map by name. */
  readonly secret?: string;
}

/** The map that a `metricsKey` of several secrets is; undefined for a plain one. */
function mapOf(secret: string): Readonly<Record<string, unknown>> | undefined {
  if (!secret.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(secret);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function ofStack(secret: string | undefined, wanted: readonly WantedSecret[]): Record<string, string> {
  const first = wanted[0];
  if (secret === undefined || first === undefined) return {};
  const several = mapOf(secret);
  if (several === undefined) return { [first.name]: secret };
  const names = wanted.map(({ name }) => name);
  const unknown = Object.keys(several).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ReleaseError(
      'usage',
      `the stack's metricsKey holds ${unknown.join(', ')}, which the metrics source does not ask for`,
      `name its secrets ${names.join(', ')}`,
    );
  }
  return Object.fromEntries(
    Object.entries(several).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Finds the secrets that a source wants. @throws ReleaseError (usage) naming every one that is missing */
export function secretsFor(
  wanted: readonly WantedSecret[],
  { env, secret }: SecretPlaces,
): Readonly<Record<string, string>> {
  const own = ofStack(secret, wanted);
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name, variable, required } of wanted) {
    const value = own[name] ?? (variable === undefined ? undefined : env[variable]);
    if (value !== undefined && value !== '') found[name] = value;
    else if (required === true) missing.push(variable ?? name);
  }
  if (missing.length === 0) return found;
  const list = missing.join(' and ');
  throw new ReleaseError(
    'usage',
    `the metrics source needs a key, but ${list} ${missing.length === 1 ? 'is' : 'are'} not set and the stack has no secret for it`,
    `set ${list}, in CI as masked variables, or pulumi config set --secret metricsKey`,
  );
}
