import type { EngineEvent } from '@pulumi/pulumi/automation/events';
import { UnnamedFile } from '../files';

/** How long an event may wait until it is read, milliseconds. */
const POLL_MS = 100;

/**
 * The engine's event log, one JSON object a line, read while the engine writes it.
 *
 * The SDK logs every answer of the engine for debugging, secrets in clear, and the event log has these lines whatever was
 * asked for. So the log is a file without a name: nothing of it is left, not even when this process is killed.
 */
export class EventLog {
  private readonly file: UnnamedFile;
  private rest = '';
  private timer: NodeJS.Timeout | undefined;

  /** @param folder An existing folder; it decides on which file system the log is. */
  constructor(
    folder: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {
    this.file = new UnnamedFile(folder);
  }

  /** To be inherited by the engine. */
  get fd(): number {
    return this.file.fd;
  }

  start(): void {
    this.timer = setInterval(() => this.read(), POLL_MS);
    this.timer.unref();
  }

  /** Reads what is left; to be called when the engine has ended. */
  stop(): void {
    clearInterval(this.timer);
    try {
      this.read();
    } finally {
      this.file.close();
    }
  }

  private read(): void {
    // A character may be cut at the end of a chunk; latin1 keeps bytes, and a whole line is decoded at once.
    const lines = (this.rest + this.file.read().toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.report(line);
  }

  private report(line: string): void {
    if (line.trim() === '') return;
    let event: EngineEvent;
    try {
      event = JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as EngineEvent;
    } catch {
      // Half a line of an engine that was killed.
      return;
    }
    this.onEvent(event);
  }
}
