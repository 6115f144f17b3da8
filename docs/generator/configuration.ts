import { layerRules } from '../../infra/config';
import type { JsonSchema } from './jsonSchema';
import { page, table } from './markdown';

interface Row {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

function limits({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const from = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from === undefined) return to === undefined ? '' : ` to ${to}`;
  return to === undefined ? ` of ${from} or more` : ` ${from} to ${to}`;
}

/** What a value is, in words. */
function kindOf(schema: JsonSchema): string {
  const { type, anyOf, items, additionalProperties, properties } = schema;
  if (schema.$ref !== undefined) return 'a release';
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (anyOf !== undefined) return anyOf.map(kindOf).join(', or ');
  if (type === 'array') return `list of: ${items === undefined ? 'anything' : kindOf(items)}`;
  if (type === 'object') {
    if (properties !== undefined) return 'map';
    return typeof additionalProperties === 'object'
      ? `map by name of: ${kindOf(additionalProperties)}`
      : 'map';
  }
  if (type === 'integer') return `whole number${limits(schema)}`;
  if (type === 'number') return `number${limits(schema)}`;
  if (type === 'boolean') return '`true` or `false`';
  return type === 'string' || schema.pattern !== undefined ? 'text' : 'any value';
}

/** The keys below a place, those of lists and maps among them, in the order in which they are declared. */
function below(path: string, schema: JsonSchema): readonly Row[] {
  const { anyOf = [], items, additionalProperties: rest, properties = {}, required = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, property]): readonly Row[] => {
      if (property === false) return [];
      const place = path === '' ? key : `${path}.${key}`;
      return [{ path: place, schema: property, required: required.includes(key) }, ...below(place, property)];
    }),
    ...anyOf.flatMap((part) => below(path, part)),
    ...(items === undefined ? [] : below(`${path}[]`, items)),
    ...(typeof rest === 'object' ? below(`${path}.<name>`, rest) : []),
  ];
}

const rowsOf = (rows: readonly Row[]) =>
  rows.map(({ path, schema, required }) => [
    `\`${path.replace(/^\./, '')}\`${required ? ' (required)' : ''}`,
    kindOf(schema),
    schema.description ?? '',
  ]);

/** Which layers read a key, and whether they need it. */
function readers(name: string): string {
  const rule = layerRules.find(({ key }) => key === name);
  if (rule === undefined) return '';
  return `Layers: ${rule.readBy.join(', ')}${rule.needed ? '; required there' : ''}.`;
}

function keySection(prefix: string, key: string, schema: JsonSchema): readonly string[] {
  const name = key.slice(prefix.length);
  const rows = rowsOf(below('', schema));
  return [
    `### ${key}`,
    '',
    [`${schema.description ?? ''}`, `Value: ${kindOf(schema)}.`, readers(name)].filter(Boolean).join(' '),
    '',
    ...(rows.length === 0 ? [] : table(['key', 'value', 'meaning'], rows)),
  ];
}

/** docs/reference/configuration.md, made of the schema that editors read. */
export function configurationPage(stack: JsonSchema, application: JsonSchema): string {
  const config = stack.properties!['config'] as JsonSchema;
  const release = stack.definitions!['release']!;
  const [prefix] = /^\w+:/.exec(Object.keys(config.properties!)[0]!)!;
  return page('Configuration of a stack', 'the validators and the docstrings of their types', [
    [
      '`stacks/Pulumi.<stack>.yaml`. Everything is checked before anything is touched: all problems at once, each with its path and',
      'what to write instead. Editors complete and check it by [stacks/schema/stack.json](../../stacks/schema/stack.json), which a',
      "stack's first line names; what several keys must be together, only the program checks.",
      '',
      'Durations are a number and a unit: `250ms`, `10s`, `5m`, `1h`. Keys of providers, such as `kubernetes:context`, are theirs.',
      '',
      '## Keys',
      '',
    ],
    ...Object.entries(config.properties!).map(([key, schema]) =>
      schema === false ? [] : keySection(prefix, key, schema),
    ),
    ['## A release', '', ...table(['key', 'value', 'meaning'], rowsOf(below('', release)))],
    [
      "## An application's table",
      '',
      'The file that `bookinfo:application` names; its schema is [stacks/schema/application.json](../../stacks/schema/application.json).',
      '',
      ...table(['key', 'value', 'meaning'], rowsOf(below('', application))),
    ],
  ]);
}
