import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One property of a type. */
interface Member {
  /** Its docstring on one line. */
  readonly doc: string | undefined;
  readonly type: ts.TypeNode | undefined;
}

export type Members = ReadonlyMap<string, Member>;

/** A type that a folder declares. */
interface TypeText {
  readonly doc: string | undefined;
  readonly members: Members;
}

/** The types that a folder declares, by their names. */
export type Types = ReadonlyMap<string, TypeText>;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The docstring of a declaration on one line; undefined where it has none. */
export function docOf(node: ts.Node): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).find((each) => ts.isJSDoc(each))?.comment;
  const text = ts.getTextOfJSDocComment(comment);
  return text === undefined ? undefined : oneLine(text);
}

/** The TypeScript files of a folder and of those below it. */
function sourcesIn(folder: string): readonly ts.SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    if (!entry.name.endsWith('.ts')) return [];
    return [ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)];
  });
}

/** The properties that a type spells out itself, those of all parts of a union together. */
export function ownMembers(type: ts.TypeNode | ts.InterfaceDeclaration): Members {
  if (ts.isUnionTypeNode(type)) return new Map(type.types.flatMap((part) => [...ownMembers(part)]));
  if (!ts.isTypeLiteralNode(type) && !ts.isInterfaceDeclaration(type)) return new Map();
  return new Map(
    type.members.filter(ts.isPropertySignature).map((member): [string, Member] => [
      // A name in quotes is the same name.
      member.name.getText().replace(/^['"]|['"]$/g, ''),
      { doc: docOf(member), type: member.type },
    ]),
  );
}

/**
 * Reads the types of a folder as they are written, without resolving anything beyond it: what they extend is taken in where
 * it is declared there too.
 */
export function readTypes(folder: string): Types {
  const types = new Map<string, TypeText & { readonly parents: readonly string[] }>();
  for (const source of sourcesIn(folder)) {
    source.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node)) {
        const extended = node.heritageClauses?.flatMap((clause) => clause.types) ?? [];
        const parents = extended.map(({ expression }) => expression.getText());
        types.set(node.name.text, { doc: docOf(node), members: ownMembers(node), parents });
      }
      if (ts.isTypeAliasDeclaration(node)) {
        types.set(node.name.text, { doc: docOf(node), members: ownMembers(node.type), parents: [] });
      }
    });
  }
  const whole = (name: string): [string, Member][] => {
    const { parents = [], members = new Map<string, Member>() } = types.get(name) ?? {};
    return [...parents.flatMap(whole), ...members];
  };
  return new Map([...types].map(([name, { doc }]) => [name, { doc, members: new Map(whole(name)) }]));
}
