import { stringAt, textAt, type JsonObject, type Path } from './json';
import { describe, NotReadyError, ProviderError } from './errors';
import { objectId } from './naming';
import { redactor } from './secrets';

/** An object as messages name it: `Deployment shop/web`. */
export function titleOf(inputs: JsonObject): string {
  const id = objectId(textAt(inputs, 'metadata', 'name'), stringAt(inputs, 'metadata', 'namespace'));
  return `${textAt(inputs, 'kind')} ${id}`;
}

/** Runs an operation so that whatever goes wrong is told in words and without a secret in them. */
export async function inWords<T>(
  object: JsonObject,
  secrets: readonly Path[],
  doing: string,
  operation: () => Promise<T>,
): Promise<T> {
  const redact = redactor(object, secrets);
  try {
    return await operation();
  } catch (error) {
    if (error instanceof NotReadyError) throw error.with(error.reasons.map(redact));
    throw new ProviderError(redact(describe(error, doing)), { cause: error });
  }
}
