import ts from 'typescript';
import { ownMembers, type Members, type Types } from './docstrings';
import type { JsonSchema } from './jsonSchema';

/** A default that a docstring names, where it is a plain value: "Default 5.", "Default `zipkin`, …". */
function defaultIn(doc: string, { type, anyOf }: JsonSchema): unknown {
  const [, quoted, plain] =
    /\bDefault:? (?:`([^`]+)`|(true|false|-?\d+(?:\.\d+)?)(?=[.,;:]?(?:\s|$)))/.exec(doc) ?? [];
  const text = quoted ?? plain;
  if (text === undefined || anyOf !== undefined) return undefined;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type === 'integer' || type === 'number') return Number.isNaN(Number(text)) ? undefined : Number(text);
  // A name of a constant is no value of it.
  return type === 'string' && quoted !== undefined && !/^[A-Z_]+$/.test(text) ? text : undefined;
}

function tell(schema: JsonSchema, doc: string | undefined): void {
  if (doc !== undefined) schema.description = doc;
  const found = schema.description === undefined ? undefined : defaultIn(schema.description, schema);
  if (found !== undefined) schema.default ??= found;
}

/** The name of a type and its arguments, wrappers that change nothing here taken off. */
function unwrapped(type: ts.TypeNode): ts.TypeNode {
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type)) return unwrapped(type.type);
  if (ts.isTypeReferenceNode(type) && /^(Readonly|Partial)$/.test(type.typeName.getText())) {
    const [inner] = type.typeArguments ?? [];
    return inner === undefined ? type : unwrapped(inner);
  }
  return type;
}

function describeBy(schema: JsonSchema, type: ts.TypeNode | undefined, types: Types): void {
  if (type === undefined) return;
  const plain = unwrapped(type);
  for (const part of schema.anyOf ?? []) describeBy(part, plain, types);
  if (ts.isUnionTypeNode(plain) && ownMembers(plain).size === 0) {
    for (const part of plain.types) describeBy(schema, part, types);
    return;
  }
  if (ts.isArrayTypeNode(plain)) {
    if (schema.items !== undefined) describeBy(schema.items, plain.elementType, types);
    return;
  }
  if (ts.isTypeReferenceNode(plain)) {
    const name = plain.typeName.getText();
    if (name === 'Record') {
      const rest = schema.additionalProperties;
      if (typeof rest === 'object') describeBy(rest, plain.typeArguments?.[1], types);
      return;
    }
    const found = types.get(name);
    if (found === undefined) return;
    if (schema.description === undefined) tell(schema, found.doc);
    describeMembers(schema, found.members, types);
    return;
  }
  describeMembers(schema, ownMembers(plain), types);
}

function describeMembers(schema: JsonSchema, members: Members, types: Types): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property === false) continue;
    const member = members.get(key);
    tell(property, member?.doc);
    describeBy(property, member?.type, types);
  }
}

/**
 * Says in a schema what the docstrings of a type say of its properties, defaults among it. What the schema says already
 * stays.
 * @param name The type that the schema's values have.
 * @throws Error when no type has that name
 */
export function describe(schema: JsonSchema, name: string, types: Types): JsonSchema {
  const found = types.get(name);
  if (found === undefined) throw new Error(`there is no type ${name}`);
  describeMembers(schema, found.members, types);
  return schema;
}

/** Fills in the defaults that the schema's own descriptions name, all the way down. */
export function withDefaults(schema: JsonSchema): JsonSchema {
  tell(schema, undefined);
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    schema.items,
    schema.additionalProperties,
  ];
  for (const part of below) if (typeof part === 'object') withDefaults(part);
  return schema;
}
