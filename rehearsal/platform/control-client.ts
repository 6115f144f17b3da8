import { request } from 'node:http';

/** A call to a running rehearsal that was refused or could not be made. */
class ControlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ControlError';
  }
}

/** Calls a rehearsal's host process over its Unix socket. */
export function call<T>(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const message = request({ socketPath, method, path, timeout: 60_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('close', () => {
        if (!response.complete) reject(new ControlError(`the answer to ${path} was cut short`));
      });
      response.once('end', () => {
        const value = JSON.parse(text || 'null') as unknown;
        if (response.statusCode === 200) resolve(value as T);
        else
          reject(
            new ControlError((value as { error?: string } | null)?.error ?? `status ${response.statusCode}`),
          );
      });
    });
    message.once('timeout', () => message.destroy(new ControlError(`no answer to ${path} within 60 s`)));
    message.once('error', reject);
    message.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
