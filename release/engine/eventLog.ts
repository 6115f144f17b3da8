import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { EngineEvent } from '@pulumi/pulumi/automation/events';

/** How far the telling of what happened may be behind, milliseconds. */
const POLL_MS = 100;

/** Reads the engine's event log, one JSON object a line, while the engine writes it. */
export class EventLog {
  private fd: number | undefined;
  private offset = 0;
  private rest = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    private readonly onEvent: (event: EngineEvent) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.read(), POLL_MS);
    this.timer.unref();
  }

  /** Reads what is left; to be called when the engine has ended. */
  stop(): void {
    clearInterval(this.timer);
    this.read();
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private read(): void {
    try {
      this.fd ??= openSync(this.file, 'r');
    } catch {
      return;
    }
    const size = fstatSync(this.fd).size;
    if (size <= this.offset) return;
    const chunk = Buffer.alloc(size - this.offset);
    this.offset += readSync(this.fd, chunk, 0, chunk.length, this.offset);
    // A character may be cut at the end of a chunk; latin1 keeps bytes, and a whole line is decoded at once.
    const lines = (this.rest + chunk.toString('latin1')).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.tell(line);
  }

  private tell(line: string): void {
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
