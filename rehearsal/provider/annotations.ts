import { stringAt, type JsonObject } from './json';

/** The value of one of the annotations by which a program steers the provider (`pulumi.com/<name>`). */
export function annotation(inputs: JsonObject, name: string): string | undefined {
  return stringAt(inputs, 'metadata', 'annotations', `pulumi.com/${name}`);
}

export function skipsAwait(inputs: JsonObject): boolean {
  return annotation(inputs, 'skipAwait') === 'true';
}
