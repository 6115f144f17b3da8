/** An element of a small XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function plain(text: string): string {
  // A bare ampersand or an unknown entity makes a document that no reader takes.
  return text.replace(/&([^;]*;?)/g, (whole, name: string) => {
    const sign = entities[name.slice(0, -1)];
    if (!name.endsWith(';') || sign === undefined) throw new Error(`no entity: ${whole}`);
    return sign;
  });
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(/\s+([\w:-]+)="([^"<]*)"/g)];
  if (found.map(([whole]) => whole).join('') !== text.trimEnd()) throw new Error(`no attributes: ${text}`);
  return Object.fromEntries(found.map(([, name, value]) => [name!, plain(value!)]));
}

/** Reads a document without comments or CDATA; throws where it is not well formed. */
export function parseXml(document: string): Element {
  const [declaration, ...rest] = document.split('\n');
  if (declaration !== '<?xml version="1.0" encoding="UTF-8"?>') throw new Error('no XML declaration');
  const source = rest.join('\n');
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [];
  let root: Element | undefined;
  for (const [, text = '', tag] of source.matchAll(/([^<]*)(?:<([^>]*)>)?/g)) {
    const current = open.at(-1);
    if (current !== undefined) current.text += plain(text);
    else if (text.trim() !== '') throw new Error('text outside of the root');
    if (tag === undefined) continue;
    if (tag.startsWith('/')) {
      const closed = open.pop();
      if (closed?.name !== tag.slice(1)) throw new Error(`</${closed?.name}> expected, not <${tag}>`);
      if (open.length > 0) open.at(-1)!.children.push(closed);
      else if (root === undefined) root = closed;
      else throw new Error('two roots');
    } else {
      const [, name = '', attributes = ''] = /^([\w:-]+)([^]*)$/.exec(tag) ?? [];
      open.push({ name, attributes: attributesOf(attributes), children: [], text: '' });
    }
  }
  if (open.length > 0 || root === undefined) throw new Error('not closed');
  return root;
}
