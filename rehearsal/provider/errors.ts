import type { Properties } from './wire';

/** A message meant for the user: what happened, where, what to do. */
export class ProviderError extends Error {}

/** The wait or request was ended by the engine's cancel signal. */
export class CancelledError extends ProviderError {
  constructor(doing: string) {
    super(`cancelled while ${doing}; run \`pulumi up\` again to finish`);
  }
}

/** The object exists but did not become ready; the engine keeps it in the state and tries again at the next update. */
export class NotReadyError extends Error {
  constructor(
    readonly id: string,
    readonly state: Properties,
    readonly reasons: readonly string[],
    /** The inputs found by a refresh. */
    readonly inputs?: Properties,
  ) {
    super(reasons.join('; '));
  }

  with(reasons: readonly string[]): NotReadyError {
    return new NotReadyError(this.id, this.state, reasons, this.inputs);
  }
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** The API server's answer to a request it did not carry out (its Status object, or what stood in its place). */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly reason: string,
    readonly causes: readonly StatusCause[] = [],
    /** Kind of the object the answer is about, e.g. `namespaces` when a namespace is missing. */
    readonly aboutKind: string = '',
    /** Seconds the server asks to wait before a retry. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get isFieldConflict(): boolean {
    return this.code === 409 && this.causes.some((cause) => cause.reason === 'FieldManagerConflict');
  }

  /** Fields the server refuses to change in place. */
  get immutableFields(): string[] {
    if (this.code !== 422 && this.code !== 403) return [];
    return this.causes
      .filter((cause) => /immutable|may not change|forbidden: updates to/i.test(cause.message ?? ''))
      .map((cause) => cause.field ?? '');
  }
}

/** The connection failed before an answer came. */
export class ConnectionError extends Error {
  constructor(
    message: string,
    readonly errno: string,
  ) {
    super(message);
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

/** Says in one text which fields another manager holds and what can be done about it. */
function describeConflict(error: ApiError): string {
  const fields = error.causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => `${(cause.field ?? '').replace(/^\./, '')} (${cause.message ?? 'another manager'})`);
  return (
    `another field manager changed what this program sets: ${fields.join(', ')}. ` +
    'Find out who did (kubectl get --show-managed-fields) and either take the change into the program, or take the ' +
    'fields back with the annotation pulumi.com/patchForce: "true"'
  );
}

/** Turns anything thrown below into a text for the user, without a stack trace. */
export function describe(error: unknown, doing: string): string {
  if (error instanceof ProviderError) return error.message;
  if (error instanceof ApiError) {
    if (error.isFieldConflict) return `${doing}: ${describeConflict(error)}`;
    return `${doing}: the API server refused: ${error.message} (${error.code} ${error.reason})`;
  }
  if (error instanceof ConnectionError) {
    return `${doing}: no answer from the API server: ${error.message}; check that the cluster runs and that the kubeconfig points at it`;
  }
  return `${doing}: ${error instanceof Error ? error.message : String(error)}`;
}
