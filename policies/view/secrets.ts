/** What a text looks like, when it looks like a secret; the text itself never leaves this file. */
const shapes: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]{0,30}PRIVATE KEY( BLOCK)?-----/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
  ['a Guance token', /\btkn_[A-Za-z0-9]{16,}\b/],
  [
    'a URL with a token in it',
    /[?&](token|api[_-]?key|access[_-]?key|access[_-]?token|secret|sig|key)=(?!\$|%24|\[secret\]|<|\{|&|$)[^&\s"'$<{]{8,}/i,
  ],
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ['a GitLab token', /\b(glpat|gldt|glrt|glcbt)-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  [
    'a webhook that needs no other key',
    /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w+|discord(app)?\.com\/api\/webhooks\/\d+\/[\w-]{20,}|outlook\.office\.com\/webhook\/[\w@-]{20,}/,
  ],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}/],
  ['a Google OAuth secret', /\bGOCSPX-[A-Za-z0-9_-]{20,}/],
  ['a Stripe key', /\b[rs]k_(live|test)_[A-Za-z0-9]{16,}/],
  ['a SendGrid key', /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a PyPI token', /\bpypi-[A-Za-z0-9_-]{50,}/],
  ['a Vault token', /\b(hv[sbr]\.[A-Za-z0-9_-]{20,}|s\.[A-Za-z0-9]{24})\b/],
  ['a DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['an Azure storage key', /\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/],
  ['a Docker Hub token', /\bdckr_pat_[A-Za-z0-9_-]{20,}/],
  ["a password's hash", /\$(?:apr1|2[aby]|5|6|argon2id?)\$[./A-Za-z0-9$=,+]{16,}/],
  ["a registry's login", /"auth"\s{0,4}:\s{0,4}"[A-Za-z0-9+/]{8,}={0,2}"/],
  ['an age key', /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}/],
  ['an API key', /\bsk-[A-Za-z0-9_-]{20,}/],
  [
    'a login on a command line',
    /\b(?:mysql|mariadb)[\w-]{0,20}\s[^|;&\n]{0,200}?-p(?!\$|["']?\$|assword\b|ort\b|rotocol\b|lugin)["']?[^\s$"'=-][^\s$"']{3,}|\bcurl\s[^|;&\n]{0,200}?(?:-u|--user)[ =]["']?[^\s:$"']{1,60}:[^\s$"'{<]{3,}|\bredis-cli\s[^|;&\n]{0,200}?-a\s{1,4}["']?[^\s$"'{<-][^\s$"']{3,}|\bsshpass\s{1,4}-p\s{0,4}["']?[^\s$"'{<-][^\s$"']{3,}/,
  ],
  ['a Bearer token', /\bBearer\s+(?!\$|<)[A-Za-z0-9._~+/-]{16,}/],
];

/** Some of these stand in every text that has one of the shapes: most texts are passed over by one look. */
const HINT =
  /PRIVATE KEY|eyJ|tkn_|[?&][\w-]{3,12}=|AKIA|ASIA|gh[pousr]_|github_pat|gl[a-z]{2,3}t-|xox|webhook|hooks\.slack|AIza|GOCSPX|[rs]k_|SG\.|npm_|pypi-|hv[sbr]\.|s\.|do[opr]_v1|AccountKey|dckr_pat|"auth"|AGE-SECRET|sk-|Bearer|mysql|mariadb|curl |redis-cli|sshpass|\$(?:apr1|2[aby]|5|6|argon2)/;

/** User and password before a host: `scheme://user:password@host`, also as MySQL's Go driver writes it. */
const USERINFO =
  /\b(?:[a-z][a-z0-9+.-]{1,30}:\/\/)[^\s:/@$<{'"]{0,100}:((?!\$|\{|<|%s)[^\s/@$<{'"]{3,200})@|\b[\w.-]{1,60}:((?!\$|\{|<)[^\s:/@$<{'"]{3,100})@(?:tcp|unix)\(/i;

/** `Basic` and base64 of `user:password`. */
const BASIC = /\bBasic\s+([A-Za-z0-9+/]{8,}={0,2})/;

function isBasicLogin(text: string): boolean {
  const [, encoded] = BASIC.exec(text) ?? [];
  return (
    encoded !== undefined &&
    /^[\x20-\x7e]*:[\x20-\x7e]+$/.test(Buffer.from(encoded, 'base64').toString('latin1'))
  );
}

/** What a text looks like by its shape; undefined when it looks like no secret. */
export function secretShape(text: string): string | undefined {
  if (HINT.test(text)) {
    const shape = shapes.find(([, pattern]) => pattern.test(text));
    if (shape !== undefined) return shape[0];
  }
  if (text.includes('@')) {
    const [, first, second] = USERINFO.exec(text) ?? [];
    const password = first ?? second;
    if (password !== undefined && !isPlaceholder(password)) return 'a URL with a password in it';
  }
  return text.includes('Basic ') && isBasicLogin(text) ? 'a Basic login' : undefined;
}

/** Longest text that is decoded; a key or a token is far shorter. */
const MOST_ENCODED = 100_000;

/** What base64 holds, where it holds text. */
function decoded(text: string): string | undefined {
  const plain = text.replace(/\s/g, '');
  if (plain.length < 24 || plain.length > MOST_ENCODED || plain.length % 4 !== 0) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return undefined;
  const inner = Buffer.from(plain, 'base64').toString('latin1');
  return /^[\x09\x0a\x0d\x20-\x7e]*$/.test(inner) ? inner : undefined;
}

/** The shape of a text, or of what it is the base64 of. */
export function secretShapeWithin(text: string): string | undefined {
  const shape = secretShape(text);
  if (shape !== undefined) return shape;
  const inner = decoded(text);
  return inner === undefined ? undefined : secretShape(inner);
}

/** The words of a name: `apiKey`, `API_KEY` and `api-key` are the same two. */
const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) =>
      word
        .replace(
          /^(db|my|pg|api|access|secret|private|client|auth|app)(pass(?:word)?|passwd|pwd|key|token|secret)$/,
          '$1 $2',
        )
        .replace(/([a-z])\d+$/, '$1')
        .split(' '),
    )
    .filter((word) => word !== '' && !/^\d+$/.test(word));

const passwords = new Set([
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'pass',
  'pwd',
  'passcode',
  'psw',
]);
const others = new Set([
  'secret',
  'secrets',
  'token',
  'tokens',
  'credential',
  'credentials',
  'apikey',
  'authtoken',
  'secretkey',
  'privatekey',
  'accesskey',
]);
/** What makes a key one that has to be kept. */
const keyKinds = new Set([
  ...[
    'api',
    'access',
    'secret',
    'private',
    'encryption',
    'encrypt',
    'signing',
    'sign',
    'master',
    'auth',
    'app',
    'account',
  ],
  ...[
    'session',
    'cookie',
    'hmac',
    'jwt',
    'storage',
    'license',
    'licence',
    'ssh',
    'shared',
    'service',
    'subscription',
    'aes',
    'rsa',
    'crypto',
    'admin',
    'token',
    'ingest',
    'write',
    'webhook',
    'deploy',
  ],
]);
/** Words behind that change nothing: `SECRET_KEY_BASE`, `DB_PASSWORD_PROD`. */
const suffixes = new Set([
  'base',
  'value',
  'prod',
  'production',
  'staging',
  'dev',
  'test',
  'default',
  'root',
  'admin',
  'main',
  'old',
  'new',
  'plain',
  'text',
  'plaintext',
  'b',
  'base64',
  'encoded',
  'string',
  'primary',
  'secondary',
  'override',
  'a',
  'v',
]);
/** Words that say of a `secret` that it is the name of an object of that kind. */
const references = new Set([
  'pull',
  'tls',
  'ssl',
  'cert',
  'certs',
  'certificate',
  'ca',
  'image',
  'ingress',
  'registry',
  'existing',
  'kube',
  'k8s',
  'mount',
  'volume',
  'from',
  'ref',
  'sealed',
  'name',
  'wildcard',
  'docker',
  'regcred',
]);
const open = new Set([
  'public',
  'publishable',
  'pub',
  'csrf',
  'no',
  'without',
  'disable',
  'disabled',
  'allow',
  'require',
  'use',
  'enable',
  'max',
  'min',
  'num',
  'page',
  'next',
  'continue',
]);

export type SecretName = 'password' | 'secret' | 'token' | 'key';

/** What kind of secret a name says that it names; undefined when it says none. */
function secretName(name: string): SecretName | undefined {
  const words = [...wordsOf(name)];
  while (words.length > 1 && suffixes.has(words.at(-1)!)) words.pop();
  const last = words.at(-1);
  if (last === undefined || words.some((word) => open.has(word))) return undefined;
  if (passwords.has(last)) return 'password';
  if (last === 'key' || last === 'keys') return keyKinds.has(words.at(-2) ?? '') ? 'key' : undefined;
  if (last === 'secret' || last === 'secrets')
    return words.some((word) => references.has(word)) ? undefined : 'secret';
  if (last === 'authorization' && words.length <= 2) return 'token';
  if (!others.has(last)) return undefined;
  return last.startsWith('token') || last === 'authtoken' ? 'token' : last.endsWith('key') ? 'key' : 'secret';
}

/** References, files, switches and placeholders: values that such a name may have without being a secret. */
const harmless =
  /^\s*$|^\$|^%\w|^\{\{|\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|^\.{0,2}\/|^~\/|^file:|^(true|false|yes|no|on|off|none|null|nil|undefined|enabled?|disabled?|optional|required|auto|default|string|bearer|basic|jwt|oauth2?|n\/a)$|^\[secret\]$|^<.*>$|^(vault|ref\+\w+|op|sm|gcp|aws|azure|env|secretref|secret):|^arn:aws|^projects\/[^/]+\/secrets\/|^https?:\/\/|^ENC\[|^AgA|^\{cipher\}|^!vault/i;

const isPlaceholder = (value: string): boolean =>
  /^(x{3,}|\*{3,}|\.{3}|redacted|placeholder|todo|tbd|changeit-placeholder|your[-_ ].*|my[-_](token|key|secret)|replace[-_ ]?me.*|insert[-_ ].*|\[.*\]|_+)$/i.test(
    value,
  );

/** Bits for each sign: how little of a text follows from the rest. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** A name of an object, as Kubernetes allows it: words in small letters. */
const isObjectName = (value: string): boolean =>
  /^([a-z0-9.-]+\/)?[a-z][a-z.-]*(-?\d{0,3})?$/.test(value) && value.length < 64;

/** `checksum/secret`, as charts write it to restart pods with their Secret: the digest of one says nothing of it. */
const isDigest = (name: string, value: string): boolean =>
  /^(checksum|sha\d{1,3}|md5)([./_-]|sum)|checksum$/i.test(name) &&
  /^(sha256:)?[0-9a-f]{8,128}$/i.test(value);

/** Whether a name and its value together look like a secret written down. */
export function secretByName(name: string, value: string): boolean {
  const kind = secretName(name);
  if (kind === undefined || harmless.test(value) || isPlaceholder(value) || isDigest(name, value))
    return false;
  // A count or a number of seconds is no token; a password may well be a number.
  if (kind !== 'password' && /^\d{1,6}(ms|s|m|h|d)?$/.test(value)) return false;
  return value.length > (kind === 'password' ? 1 : 3);
}

/**
 * The same where names are less to be trusted, as in files and in objects of any kind: what a Secret or a key of one is
 * called stands there as often as a secret itself.
 */
export function secretInText(name: string, value: string): boolean {
  if (!secretByName(name, value)) return false;
  if (secretName(name) === 'password') return !/\s/.test(value) && value.length >= 3;
  return value.length >= 8 && !/\s/.test(value) && !isObjectName(value) && /\d/.test(value);
}

/** Whether an annotation's name and value look like a secret; names of Secrets are usual there. */
export const secretByAnnotation = (name: string, value: string): boolean =>
  !isDigest(name, value) &&
  // What stands before the slash says whose annotation it is.
  secretByName(name.slice(name.lastIndexOf('/') + 1), value) &&
  !(secretName(name.slice(name.lastIndexOf('/') + 1)) === 'secret' && isObjectName(value));

/** Names of what is random and open. */
const RANDOM =
  /sha|digest|hash|checksum|fingerprint|cert|ca|bundle|public|uuid|guid|etag|commit|revision|build|version|trace|span|id$|image|data$|logo|icon|schema|regex|pattern|query|expr|path|url/i;

/** Whether a text is as random as only keys are, without a name that says what else it is. */
export function isRandom(name: string, value: string): boolean {
  if (!/^[A-Za-z0-9+/_=-]{32,256}$/.test(value) || RANDOM.test(name)) return false;
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value) || !/\d/.test(value)) return false;
  if ((value.match(/[/_-]/g)?.length ?? 0) > 3) return false;
  return entropy(value) >= 4.5 && decoded(value) === undefined;
}

/** Lines of one file that are looked at; a longer one is no config. */
const MOST_LINES = 20_000;
const LONGEST_LINE = 4_000;

/** `name = value`, `name: value`, `"name": "value"`, `--name=value`, `<name>value</name>`. */
const ASSIGNMENT =
  /(?:^|[\s"'{,;&?<(-])([A-Za-z][\w.-]{1,80})(?:["']?\s{0,4}(?:=>|:=|=|:)\s{0,4}|>)("[^"]{1,500}"|'[^']{1,500}'|[^\s"'<>,;&]{1,500})/g;

const COMMENT = /^\s*(#|\/\/|;|--\s|<!--|\*)/;

/** Whether something in a text gives a secret to a name. */
export function assignsSecret(text: string): boolean {
  // Without such a word nothing in it can be one; most texts end here.
  if (!/pass|pwd|psw|secret|token|key|credential|authorization/i.test(text)) return false;
  const lines = text.split('\n');
  return lines.slice(0, MOST_LINES).some((line) => {
    if (line.length > LONGEST_LINE || COMMENT.test(line)) return false;
    return [...line.matchAll(ASSIGNMENT)].some(([, name, raw]) => {
      const value = raw!.replace(/^(["'])(.*)\1$/, '$2').replace(/["'})\]]+$/, '');
      return secretInText(name!, value);
    });
  });
}

/** Flags whose next argument is their value: `--password`, `-p` is left to its program. */
export const secretFlag = (argument: string): boolean =>
  /^--?[A-Za-z][\w.-]+$/.test(argument) && secretName(argument) !== undefined;
