import { types } from 'node:util';
import type { Input, Output } from '@pulumi/pulumi';

/** A value that Pulumi knows later than the construct is made. */
export type Deferred = Output<unknown> | Promise<unknown>;

/** Told by the SDK's own mark, so that Outputs of another copy of the SDK count too and no SDK need be loaded here. */
export function isDeferred(value: unknown): value is Deferred {
  if (typeof value !== 'object' || value === null) return false;
  return (value as { __pulumiOutput?: unknown }).__pulumiOutput === true || types.isPromise(value);
}

/** A text with Outputs in it; whoever declares the object joins the parts. */
export class OutputText {
  constructor(
    readonly parts: readonly (string | Deferred)[],
    /** `base64` where a chart had encoded the text, as charts do with the data of Secrets. */
    readonly encoding: 'plain' | 'base64' = 'plain',
  ) {}
}

/**
 * The mark is a legal DNS label and label value, so that it passes constructs that check what they are given. It counts
 * instead of being random: a checksum that a construct makes of a text with a mark in it must not change at every run.
 */
const MARK = 'pulumi-output-7c41';
const marks = new RegExp(`${MARK}-(\\d+)-end`, 'g');
const deferred: Deferred[] = [];
const markOf = new WeakMap<Deferred, string>();

/**
 * An Output as a text that can be put into other texts: `` `registry/${asString(image)}:v1` ``. Standing alone it is the
 * Output itself, of whatever type. Only means something in a chart that is declared by {@link Cdk8sChart}.
 *
 * Anything a construct computes from the text, a checksum say, is computed from the mark and not from the value.
 */
export function asString(value: Input<unknown>): string {
  if (!isDeferred(value)) return String(value);
  const known = markOf.get(value);
  if (known !== undefined) return known;
  const mark = `${MARK}-${deferred.length}-end`;
  deferred.push(value);
  markOf.set(value, mark);
  return mark;
}

/**
 * An Output where a construct's types ask for the plain value: `replicas: asValue(count)`. The Output itself travels
 * through the construct; it must not be computed with on the way, and a text made of it is refused: see {@link asString}.
 */
export const asValue = <T>(value: Input<T>): T => value as T;

/** Whether the text holds a mark, whole or damaged. */
export const hasMark = (text: string): boolean => text.toLowerCase().includes(MARK);

/** What the text holds besides plain characters; undefined where a mark in it is not whole or not one of ours. */
export function splitMarks(text: string): readonly (string | Deferred)[] | undefined {
  const parts: (string | Deferred)[] = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    const value = deferred[Number(match[1])];
    if (value === undefined) return undefined;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(value);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts.some((part) => typeof part === 'string' && hasMark(part)) ? undefined : parts;
}

/** What an Output or a Promise turns into where it is made a text by accident. */
const accidents = [
  'Calling [toString] on an [Output<',
  'Calling [toJSON] on an [Output<',
  '[object Promise]',
];

/** Whether the text was made by pasting an Output or a Promise into it, which loses the value. */
export const isAccident = (text: string): boolean => accidents.some((accident) => text.includes(accident));
