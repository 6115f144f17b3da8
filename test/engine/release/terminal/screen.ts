/**
 * A small terminal: what a program writes in, what a person sees out. It knows what the live view uses, and refuses the rest,
 * so that a sequence nobody thought of cannot pass unseen.
 */
export class TestScreen {
  /** Lines that have scrolled away and those on the screen, together; the cursor counts among them. */
  readonly lines: string[] = [''];
  private row = 0;
  private column = 0;
  cursorIsHidden = false;
  /** How often a line was longer than the screen is wide, and so was broken. */
  broken = 0;
  /** Sequences that set colours. */
  colours = 0;

  constructor(readonly columns: number) {}

  write(text: string): void {
    const tokens = /\u001b\[(\?)?([\d;]*)([A-Za-z])|\r|\n|[^\u001b\r\n]+|\u001b/gu;
    for (const token of text.matchAll(tokens)) this.take(token);
  }

  private take([all, secret, number, command]: RegExpMatchArray): void {
    if (all === '\r') this.column = 0;
    else if (all === '\n') this.lineFeed();
    else if (command === undefined) [...all].forEach((character) => this.put(character));
    else if (secret !== undefined) this.mode(number!, command);
    else this.control(number!, command);
  }

  private lineFeed(): void {
    this.row++;
    if (this.row === this.lines.length) this.lines.push('');
  }

  private put(character: string): void {
    if (this.column === this.columns) {
      this.broken++;
      this.column = 0;
      this.lineFeed();
    }
    const line = this.lines[this.row]!.padEnd(this.column);
    this.lines[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column++;
  }

  private mode(number: string, command: string): void {
    if (number !== '25') throw new Error(`unexpected mode ${number}${command}`);
    this.cursorIsHidden = command === 'l';
  }

  private control(number: string, command: string): void {
    if (command === 'm') this.colours++;
    else if (command === 'A') this.row = Math.max(0, this.row - Number(number || 1));
    else if (command === 'J' && number === '0') {
      this.lines.length = this.row + 1;
      this.lines[this.row] = this.lines[this.row]!.slice(0, this.column);
    } else throw new Error(`unexpected sequence ${number}${command}`);
  }

  /** What is there, without the empty line that the cursor waits on. */
  get text(): readonly string[] {
    const lines = this.lines.map((line) => line.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}
