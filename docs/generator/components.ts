import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { docOf } from './docstrings';
import { page, table } from './markdown';

interface Exported {
  readonly name: string;
  readonly kind: string;
  readonly doc: string;
}

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

/** The file that a relative import means. */
function fileOf(from: string, specifier: string): string {
  const path = join(dirname(from), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, 'index.ts');
}

function declared(statement: ts.Statement): readonly Exported[] {
  const doc = docOf(statement) ?? '';
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name, initializer }) => ({
      name: name.getText(),
      kind: initializer !== undefined && ts.isArrowFunction(initializer) ? 'function' : 'value',
      doc,
    }));
  }
  if (ts.isFunctionDeclaration(statement)) return [{ name: statement.name!.text, kind: 'function', doc }];
  if (ts.isClassDeclaration(statement)) return [{ name: statement.name!.text, kind: 'class', doc }];
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    return [{ name: statement.name.text, kind: 'type', doc }];
  }
  return [];
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

/** Everything that a file exports, what it passes on from other files among it. */
function exportsOf(file: string): readonly Exported[] {
  return parse(file).statements.flatMap((statement): readonly Exported[] => {
    if (!ts.isExportDeclaration(statement)) return isExported(statement) ? declared(statement) : [];
    if (statement.moduleSpecifier === undefined) return [];
    const source = fileOf(file, (statement.moduleSpecifier as ts.StringLiteral).text);
    const all = exportsOf(source);
    const { exportClause } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) return all;
    return exportClause.elements.flatMap(({ name, propertyName }) => {
      const found = all.find((one) => one.name === (propertyName ?? name).text);
      return found === undefined ? [] : [{ ...found, name: name.text }];
    });
  });
}

const order = ['class', 'function', 'value', 'type'];

/** docs/reference/components.md: what each component gives to others, by its docstrings. */
export function componentsPage(root: string): string {
  const folder = join(root, 'components');
  const components = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map(({ name }) => name)
    .sort();
  const sections = components.map((name) => {
    const all = [
      ...new Map(exportsOf(join(folder, name, 'index.ts')).map((one) => [one.name, one])).values(),
    ];
    const sorted = all.sort(
      (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name, 'en'),
    );
    return [
      `## ${name}`,
      '',
      ...table(
        ['name', 'kind', 'meaning'],
        sorted.map(({ name: exported, kind, doc }) => [`\`${exported}\``, kind, doc]),
      ),
    ];
  });
  return page('Components', 'the docstrings in components/', [
    [
      'What `components/<name>` exports. `components/<name>/pure` has the same without the resources, and needs neither the engine nor',
      'its SDK.',
      '',
    ],
    ...sections,
  ]);
}
