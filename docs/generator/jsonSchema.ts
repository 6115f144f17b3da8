import { z } from 'zod';

/** A JSON schema (draft 7), as far as it is read and written here. */
export interface JsonSchema {
  $schema?: string;
  $ref?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  type?: string | readonly string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, JsonSchema | false>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  contains?: JsonSchema;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  if?: JsonSchema;
  then?: JsonSchema;
  definitions?: Record<string, JsonSchema>;
}

/** The schema of a validator: its shape, and what its rules say in `meta`. Rules that only code can tell are left out. */
export function shapeOf(validator: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(validator, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  });
  return schema as JsonSchema;
}

/** The same, or `false`, which turns a part off. */
export const orOff = (schema: JsonSchema): JsonSchema => ({ anyOf: [{ const: false }, schema] });

/** Takes the schema of a property out of its object. @throws Error when there is none: a name was changed */
export function propertyOf(schema: JsonSchema, key: string): JsonSchema {
  const found = schema.properties?.[key];
  if (found === undefined || found === false) throw new Error(`the schema has no property ${key}`);
  return found;
}

/** Puts another schema in the place of a property, and keeps what was said of the property. */
export function replace(schema: JsonSchema, key: string, by: JsonSchema): void {
  const { description } = propertyOf(schema, key);
  schema.properties![key] = description === undefined ? by : { description, ...by };
}
