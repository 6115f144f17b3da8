/** Why an exchange over HTTP came to nothing. */
export type HttpFailureKind =
  /** No connection, or it broke before the answer was whole. */
  | 'unreachable'
  /** Not answered within the time-out. */
  | 'timeout'
  /** Answered with a status that is no success. */
  | 'status'
  /** A secret would be sent in the clear; nothing was sent. */
  | 'insecure'
  /** The answer is larger than the limit; reading it was given up. */
  | 'tooLarge';

/** The last failure of an exchange after all its retries. The message names the address without query and credentials. */
export class HttpFailure extends Error {
  constructor(
    readonly kind: HttpFailureKind,
    message: string,
    /** The status of the answer, where there was one. */
    readonly status?: number,
    /** What the server asked to wait before the next try, milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'HttpFailure';
  }

  /** Whether another try may do better: the server is overloaded or broken for now, or the connection was. */
  get passing(): boolean {
    if (this.kind === 'unreachable' || this.kind === 'timeout') return true;
    return this.kind === 'status' && (this.status === 429 || (this.status ?? 0) >= 500);
  }
}
