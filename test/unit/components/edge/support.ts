import { runInNewContext } from 'node:vm';
import { resolveEdgeSettings, type EdgeSettings, type ResolvedEdge } from '../../../../components/edge/pure';

export const context = { environment: 'test', version: 'v1' } as const;

export const minimal: EdgeSettings = {
  rum: { applicationId: 'bookinfo_web', datakitOrigin: 'https://rum.example.com' },
};

export const resolved = (more: Partial<EdgeSettings> = {}): ResolvedEdge =>
  resolveEdgeSettings({ ...minimal, ...more }, context);

export const withRum = (rum: Partial<EdgeSettings['rum']>): ResolvedEdge =>
  resolved({ rum: { ...minimal.rum, ...rum } });

export interface Evaluated {
  readonly inits: readonly unknown[];
  readonly replays: number;
  /** Names that the script left behind in its world. */
  readonly globals: readonly string[];
}

/** Runs a script as a browser that has the SDK, or that could not load it, and tells what it did. */
export function evaluate(script: string, hasSdk = true): Evaluated {
  const inits: unknown[] = [];
  let replays = 0;
  const window: Record<string, unknown> = hasSdk
    ? {
        DATAFLUX_RUM: {
          init: (options: unknown) => inits.push(JSON.parse(JSON.stringify(options))),
          startSessionReplayRecording: () => (replays += 1),
        },
      }
    : {};
  const world: Record<string, unknown> = { window };
  runInNewContext(script, world, { timeout: 1000 });
  return { inits, replays, globals: Object.keys(world).filter((name) => name !== 'window') };
}

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
}

type Token = { readonly text: string } | ';' | '{' | '}';

/** Splits a configuration as nginx does: quotes only begin a word, and a backslash takes the next character along. */
function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    if (/\s/.test(character)) at += 1;
    else if (character === '#') at = source.indexOf('\n', at);
    else if (character === ';' || character === '{' || character === '}') {
      found.push(character);
      at += 1;
    } else {
      const quote = character === '"' || character === "'" ? character : undefined;
      let text = '';
      if (quote) at += 1;
      for (; ; at += 1) {
        const next = source[at];
        if (next === undefined) throw new Error('the configuration ends in a word');
        if (quote ? next === quote : /[\s;{]/.test(next)) break;
        if (next === '\\') at += 1;
        text += source[at]!;
      }
      if (quote) at += 1;
      if (quote && !/[\s;{]/.test(source[at]!))
        throw new Error(`${JSON.stringify(source[at])} follows a quote`);
      found.push({ text });
    }
  }
  return found;
}

/** Reads an nginx configuration back. @throws where nginx would not take it */
export function parseNginx(source: string): readonly Directive[] {
  const left = tokens(source);
  const block = (depth: number): Directive[] => {
    const directives: Directive[] = [];
    let words: string[] = [];
    for (;;) {
      const token = left.shift();
      if (token === undefined || token === '}') {
        if (words.length > 0 || (token === undefined) !== (depth === 0)) throw new Error('unbalanced');
        return directives;
      }
      if (typeof token === 'object') words.push(token.text);
      else {
        const [name, ...args] = words;
        if (name === undefined) throw new Error(`unexpected ${token}`);
        directives.push(token === ';' ? { name, args } : { name, args, block: block(depth + 1) });
        words = [];
      }
    }
  };
  return block(0);
}

/** The directives at a place: `http`, `server`, `location /`. */
export function inside(directives: readonly Directive[], ...path: readonly string[]): readonly Directive[] {
  const [first, ...rest] = path;
  if (first === undefined) return directives;
  const found = directives.filter(({ name, args }) => [name, ...args].join(' ') === first);
  if (found.length !== 1) throw new Error(`${found.length} blocks "${first}"`);
  return inside(found[0]!.block ?? [], ...rest);
}

/** The arguments of each directive of that name. */
export const argsOf = (directives: readonly Directive[], name: string): readonly (readonly string[])[] =>
  directives.filter((directive) => directive.name === name).map(({ args }) => args);
