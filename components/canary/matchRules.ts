import { z } from 'zod';
import { rule, rules, type Finding, type Located } from '../validation';

const headerName = rule(z.string(), (name) => {
  if (name === 'cookie') return ['is cookie', 'use cookie: <name> and exact: <value> instead of header'];
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return undefined;
  const lower = name.toLowerCase();
  return [
    `is ${JSON.stringify(name)}, not a header's name as Istio compares it`,
    `use lower-case letters, digits and hyphens, such as ${/^[a-z0-9-]+$/.test(lower) ? lower : 'end-user'}`,
  ];
});

/** RFC 6265: a cookie's name is a token. */
export const cookieName = rule(z.string(), (name) =>
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)
    ? undefined
    : [
        `is ${JSON.stringify(name)}, not a cookie's name`,
        'use letters, digits, - and _, such as reviews-canary',
      ],
);

/** RE2, which Envoy runs, has neither look-around nor back references; JavaScript would accept both. */
const notInRe2 = /\(\?[=!]|\(\?<[=!]|\\[1-9]|\\k</;

function regexFinding(regex: string): Finding | undefined {
  try {
    new RegExp(regex);
  } catch {
    return [
      'is not a regular expression',
      'fix it (RE2 syntax; it must match the whole value), such as ja.*',
    ];
  }
  if (!notInRe2.test(regex)) return undefined;
  return [
    'uses look-around or a back reference, which Envoy (RE2) does not have',
    'write it without, or use exact or prefix',
  ];
}

const filled = rule(z.string(), (text) =>
  text === '' ? ['is empty', 'write the value to compare with, or leave the whole entry out'] : undefined,
);

/** What a cookie's value may hold (RFC 6265); a semicolon or space would end it. */
const cookieValue = (text: string): boolean => /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(text);

const kinds = ['exact', 'prefix', 'regex'] as const;

type RawMatch = { header?: string; cookie?: string; exact?: string; prefix?: string; regex?: string };

/** What is wrong with a match as a whole, with the key it stands at. */
function matchFindings(match: RawMatch): Located[] {
  const given = kinds.filter((kind) => match[kind] !== undefined);
  const { header, cookie } = match;
  if (header !== undefined && cookie !== undefined) {
    return [{ finding: ['has both header and cookie', 'keep one of them; write two entries for either'] }];
  }
  if (header === undefined && cookie === undefined) {
    return [{ finding: ['has neither header nor cookie', 'add header: end-user or cookie: <name>'] }];
  }
  if (given.length > 1) {
    return [{ finding: [`has ${given.join(' and ')}`, 'keep one of exact, prefix and regex'] }];
  }
  if (given.length === 0) {
    const words = cookie === undefined ? 'exact, prefix or regex' : 'exact';
    return [{ finding: ['says no value', `add ${words}, such as exact: jason`] }];
  }
  if (cookie !== undefined && match.exact === undefined) {
    return [
      { key: given[0]!, finding: ['is not known for a cookie', 'use exact: a cookie is compared whole'] },
    ];
  }
  if (cookie !== undefined && !cookieValue(match.exact!)) {
    return [
      {
        key: 'exact',
        finding: ["has characters a cookie's value cannot hold", 'use letters, digits and hyphens'],
      },
    ];
  }
  return [];
}

const requestMatch = rules(
  z.strictObject({
    header: headerName.optional(),
    cookie: cookieName.optional(),
    exact: filled.optional(),
    prefix: filled.optional(),
    regex: rule(filled, regexFinding).optional(),
  }),
  matchFindings,
);

export const requestMatches = rule(z.array(requestMatch), (list) =>
  list.length === 0
    ? ['is empty', 'leave match out, or add an entry such as { header: end-user, exact: jason }']
    : undefined,
);
