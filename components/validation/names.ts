/** What is wrong with a value and what to write instead; a `Problem` whose place is not known yet. */
export type Finding = readonly [problem: string, remedy: string];

/** Kubernetes limits names that become labels or DNS names to this many characters (RFC 1123). */
export const MAX_LABEL_LENGTH = 63;

const shown = (value: string) => JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);

function suggestion(value: string): string {
  return value
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Checks a DNS label: lower-case letters, digits and hyphens, at most 63 characters, letter or digit at both ends. */
export function labelFinding(value: string, example: string): Finding | undefined {
  if (value === '') return ['is empty', `write a name such as ${example}`];
  if (value.length > MAX_LABEL_LENGTH) {
    return [
      `has ${value.length} characters, more than ${MAX_LABEL_LENGTH}`,
      `shorten it to ${MAX_LABEL_LENGTH} characters or fewer`,
    ];
  }
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value)) return undefined;
  const better = suggestion(value);
  return [
    `is ${shown(value)}, not a DNS label`,
    `use lower-case letters a-z, digits and hyphens only, such as ${better === '' ? example : better}`,
  ];
}

/** Checks a Service's name: a DNS label that begins with a letter (RFC 1035), as the API server asks for. */
export function serviceNameFinding(value: string, example: string): Finding | undefined {
  const finding = labelFinding(value, example);
  if (finding !== undefined) return finding;
  if (/^[a-z]/.test(value)) return undefined;
  return [`is ${shown(value)}, which begins with a digit`, `begin it with a letter, such as ${example}`];
}
