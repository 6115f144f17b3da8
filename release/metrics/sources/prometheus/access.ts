import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { rules, type Located } from '../../../../components/validation';
import type { Tls } from '../../../http';
import { headerName, keepsSecrets, variable } from '../../fields';
import type { WantedSecret } from '../../kind';
import { SourceTrouble } from '../../trouble';

/** Headers by which servers are told who asks; their values belong nowhere in clear. */
const secretHeader = /^(authorization|proxy-authorization|cookie)$|token|secret|password|api-?key/i;

const file = z.string().min(1);

/** How a server is asked: who asks it, and what it needs besides. */
export const accessFields = {
  tokenVariable: variable
    .optional()
    .describe(
      "The environment variable with a bearer token, where the stack has no `metricsKey`. Default: none is sent, but for the stack's `metricsKey`.",
    ),
  tokenFile: file
    .optional()
    .describe('A file with a bearer token, read anew at each look, for tokens that rotate. Default: none.'),
  basicAuth: z
    .strictObject({
      username: z.string().min(1).describe('The user; with Grafana Cloud the number of the instance.'),
      passwordVariable: variable
        .optional()
        .describe(
          'The environment variable with the password, where the stack has no `metricsKey`. Default: none.',
        ),
    })
    .optional()
    .describe('Basic authentication. Default: none.'),
  headers: z
    .record(headerName, z.string())
    .optional()
    .describe(
      'Headers to send, such as `X-Scope-OrgID` for Mimir and `THANOS-TENANT` for Thanos. Default: none.',
    ),
  headerVariables: z
    .record(headerName, variable)
    .optional()
    .describe(
      'Headers whose values are secrets: by header, the environment variable with the value. Default: none.',
    ),
  query: z
    .record(z.string(), z.string())
    .optional()
    .describe('Parameters to add to every query, such as `dedup: "false"` for Thanos. Default: none.'),
  caFile: file
    .optional()
    .describe("A file with the certificates of the authorities to trust, in PEM. Default: Node's own list."),
  certFile: file
    .optional()
    .describe('A file with the certificate to show the server, in PEM. Default: none.'),
  keyFile: file.optional().describe('A file with the key of `certFile`, in PEM. Default: none.'),
};

const accessSchema = z.strictObject(accessFields);
export type AccessSettings = z.output<typeof accessSchema>;

/** Whether any credential is sent. */
const sendsSecret = ({ tokenVariable, tokenFile, basicAuth, headerVariables }: AccessSettings): boolean =>
  [tokenVariable, tokenFile, basicAuth].some((each) => each !== undefined) ||
  Object.keys(headerVariables ?? {}).length > 0;

/** What is wrong across the fields. */
function accessFindings(settings: AccessSettings & { readonly url: string }): readonly Located[] {
  const found: Located[] = [];
  const { url, tokenVariable, tokenFile, basicAuth, headers = {}, certFile, keyFile } = settings;
  if (sendsSecret(settings) && !keepsSecrets(url)) {
    found.push({ key: 'url', finding: ['would carry a credential in the clear', 'write an https address'] });
  }
  const ways = [tokenVariable, tokenFile, basicAuth].filter((each) => each !== undefined).length;
  if (ways > 1) {
    found.push({
      key: basicAuth === undefined ? 'tokenFile' : 'basicAuth',
      finding: [
        'is one of several ways to authenticate',
        'keep one of tokenVariable, tokenFile and basicAuth',
      ],
    });
  }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    found.push({
      key: certFile === undefined ? 'keyFile' : 'certFile',
      finding: ['is one half of a client certificate', 'name both certFile and keyFile'],
    });
  }
  for (const name of Object.keys(headers).filter((each) => secretHeader.test(each))) {
    found.push({
      key: 'headers',
      finding: [`holds ${name}, whose value is a secret`, 'name a variable for it under headerVariables'],
    });
  }
  return found;
}

export const withAccessRules = <S extends z.ZodType<AccessSettings & { readonly url: string }>>(
  schema: S,
): S => rules(schema, accessFindings);

/** The secrets that the settings ask for; without any, the stack's `metricsKey` is a bearer token. */
export function accessSecrets({
  tokenVariable,
  tokenFile,
  basicAuth,
  headerVariables = {},
}: AccessSettings): WantedSecret[] {
  const headers = Object.entries(headerVariables).map(([header, name]) => ({
    ...{ name: header, variable: name, required: true },
  }));
  if (basicAuth !== undefined) {
    return [{ name: 'password', variable: basicAuth.passwordVariable, required: true }, ...headers];
  }
  if (tokenFile !== undefined) return headers;
  const token =
    tokenVariable === undefined
      ? { name: 'token' }
      : { name: 'token', variable: tokenVariable, required: true };
  // A header that is a secret is what the only secret is for.
  return tokenVariable === undefined && headers.length > 0 ? [...headers, token] : [token, ...headers];
}

/** What goes with a request. */
export interface Access {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly tls?: Tls;
  /** What no message may hold. */
  readonly secrets: readonly string[];
}

async function contentsOf(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new SourceTrouble('refused', `the file of ${what} cannot be read (${code}): ${path}`);
  }
}

async function tlsOf({ caFile, certFile, keyFile }: AccessSettings): Promise<Tls | undefined> {
  if (caFile === undefined && certFile === undefined) return undefined;
  const [ca, cert, key] = await Promise.all([
    caFile === undefined ? undefined : contentsOf(caFile, 'the authorities'),
    certFile === undefined ? undefined : contentsOf(certFile, 'the client certificate'),
    keyFile === undefined ? undefined : contentsOf(keyFile, "the client certificate's key"),
  ]);
  return { ca, cert, key };
}

/** Makes the reader of what goes with a request; files are read anew each time, for what is in them rotates. */
export function accessOf(
  settings: AccessSettings,
  secrets: Readonly<Record<string, string>>,
): () => Promise<Access> {
  const { basicAuth, tokenFile, headers = {}, headerVariables = {}, query = {} } = settings;
  return async () => {
    const token =
      tokenFile === undefined ? secrets['token'] : (await contentsOf(tokenFile, 'the token')).trim();
    const basic =
      basicAuth === undefined
        ? undefined
        : Buffer.from(`${basicAuth.username}:${secrets['password'] ?? ''}`).toString('base64');
    const authorization =
      basic === undefined ? (token === undefined ? undefined : `Bearer ${token}`) : `Basic ${basic}`;
    const secretHeaders = Object.keys(headerVariables).map((name) => [name, secrets[name] ?? ''] as const);
    const tls = await tlsOf(settings);
    return {
      headers: {
        ...headers,
        ...Object.fromEntries(secretHeaders),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...{ query, tls },
      secrets: [...Object.values(secrets), token, basic].filter(
        (each) => each !== undefined && each !== '',
      ) as string[],
    };
  };
}
