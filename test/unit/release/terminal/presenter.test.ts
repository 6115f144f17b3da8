import { ProblemsError } from '../../../../components/validation';
import { ReleaseError } from '../../../../release/exitCodes';
import {
  endingLines,
  endingOf,
  endingOfError,
  presenter,
  styleOf,
  type Sink,
} from '../../../../release/terminal';
import { goodStep } from './events';

const style = styleOf({ colour: false, unicode: true });

function streams(isTTY: boolean, env: Record<string, string> = {}) {
  const written = { out: '', error: '' };
  const sink = (name: 'out' | 'error'): Sink => ({
    isTTY,
    columns: 80,
    rows: 24,
    write: (text: unknown) => {
      written[name] += String(text);
      return true;
    },
  });
  return { written, streams: { out: sink('out'), error: sink('error'), env } };
}

const done = endingOf({
  outcome: 'done',
  summary: 'reviews is at 25',
  next: ['release advance --stack prod'],
});

describe('what goes where', () => {
  it('tells a log of progress on standard error and the outcome on standard output', () => {
    const { written, streams: place } = streams(false);
    const screen = presenter({}, place);
    goodStep.forEach(screen.tell);
    screen.end(done);
    expect(written.error.split('\n')[0]).toBe('12:00:00 prod lock: takes the lock');
    expect(written.out).toBe('✔ done: reviews is at 25\nnext:\n  release advance --stack prod\n');
  });

  it('tells a program everything on standard output, the result last', () => {
    const { written, streams: place } = streams(true);
    const screen = presenter({ json: true }, place);
    goodStep.forEach(screen.tell);
    screen.end(done, { data: { report: { schema: 1 } } });
    const lines = written.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    expect(written.error).toBe('');
    expect(lines).toHaveLength(goodStep.length + 1);
    expect(lines.at(-1)).toEqual({
      kind: 'result',
      outcome: 'done',
      exitCode: 0,
      summary: 'reviews is at 25',
      remedy: '',
      next: ['release advance --stack prod'],
      report: { schema: 1 },
    });
  });

  it('says nothing but the outcome when it is to be quiet', () => {
    const { written, streams: place } = streams(true);
    const screen = presenter({ quiet: true }, place);
    goodStep.forEach(screen.tell);
    screen.say('stopping');
    screen.end({ ...done, next: [] });
    expect(written).toEqual({ out: '\u001b[32m✔ done\u001b[39m: reviews is at 25\n', error: '' });
  });

  it('prints what was asked for and nothing else on standard output', () => {
    const { written, streams: place } = streams(false);
    presenter({}, place).end(
      { ...done, outcome: 'policy', exitCode: 7, summary: 'refused' },
      { text: 'the text' },
    );
    expect(written.out).toBe('the text\n');
    expect(written.error).toContain('refused by policy: refused');
  });
});

describe('how a command ends', () => {
  const shown = (thrown: unknown) => endingLines(endingOfError(thrown), style).join('\n');

  it('has the code and the remedy of what was foreseen', () => {
    const locked = new ReleaseError('locked', 'alice releases', 'wait for it');
    expect(endingOfError(locked)).toMatchObject({ outcome: 'locked', exitCode: 5 });
    expect(shown(locked)).toBe('✖ locked: alice releases\n  remedy: wait for it');
  });

  it('lists every problem', () => {
    const problems = [
      { path: '--to', problem: 'is "x", not a step', remedy: 'write one' },
      { path: '--bake', problem: 'is "y"', remedy: 'write another' },
    ];
    const error = new ProblemsError('Command line', problems);
    expect(endingOfError(error)).toMatchObject({ outcome: 'usage', exitCode: 2, problems });
    expect(shown(error).split('\n')).toEqual([
      '✖ usage: Command line: 2 problems',
      '  --to is "x", not a step',
      '    remedy: write one',
      '  --bake is "y"',
      '    remedy: write another',
    ]);
  });

  it('never shows a stack trace', () => {
    const error = new TypeError('cannot read properties');
    expect(shown(error)).toBe('✖ error: cannot read properties');
    expect(JSON.stringify(endingOfError(error))).not.toContain('test.ts');
    expect(shown(new DOMException('x', 'AbortError'))).toBe('⚠ interrupted: stopped');
    expect(shown('a text')).toBe('✖ error: a text');
  });
});
