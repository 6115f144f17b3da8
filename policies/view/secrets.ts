/** What a text looks like, when it looks like a secret; the text itself never leaves this file. */
const shapes: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/],
  ['a Guance token', /\btkn_[A-Za-z0-9]{16,}\b/],
  [
    'a URL with a token in it',
    /[?&](token|api[_-]?key|access[_-]?key|secret)=(?!\$|\[secret\]|<|&|$)[^&\s"']{8,}/i,
  ],
  ['a URL with a password in it', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@$]+:(?!\$)[^\s/@$]{3,}@/i],
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['an API key', /\bsk-[A-Za-z0-9_-]{20,}\b/],
  ['a Bearer token', /\bBearer\s+[A-Za-z0-9._~+/-]{16,}/],
];

/** Names that say that what they name is a secret. */
const names =
  /(^|[-_.])(password|passwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|credentials?|dataway[-_]?token)$/i;

/** Values that such a name may have without being one: a reference, a file, a switch, a placeholder. */
const harmless = /^$|^\$[({]|^\/|^(true|false|none|null|enabled?|disabled?)$|^\d{1,6}$|^\[secret\]$|^<.*>$/i;

/** What a text looks like by its shape; undefined when it looks like no secret. */
export function secretShape(text: string): string | undefined {
  return shapes.find(([, shape]) => shape.test(text))?.[0];
}

/** Whether a name and its value together look like a secret written down. */
export function secretByName(name: string, text: string): boolean {
  const plain = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return names.test(plain) && !harmless.test(text);
}
