import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { report, reportFile } from '../../../../release/commands/report';
import { parseReleaseReport, renderMarkdown } from '../../../../release/report';
import { styleOf } from '../../../../release/terminal';

const canvas = { style: styleOf({ colour: false, unicode: true }), width: 80 };
const content = {
  schema: 1,
  stack: 'prod',
  service: 'reviews',
  stable: 'v1',
  canary: 'v2',
  startedAt: '2026-11-21T12:00:00.000Z',
  endedAt: '2026-11-21T12:05:00.000Z',
  outcome: 'done',
  exitCode: 0,
  summary: 'reviews is at 25',
  by: { user: 'alice', host: 'build-7' },
  steps: [],
  events: [],
};

let projectDir: string;
beforeEach(() => {
  projectDir = mkdtempSync(join(tmpdir(), 'report-'));
  const file = reportFile(projectDir, 'prod');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
});
afterEach(() => rmSync(projectDir, { recursive: true, force: true }));

describe('report', () => {
  it('renders the last run of the stack, as Markdown where nothing else is asked for', async () => {
    const { result, text, data } = await report({ projectDir, stack: 'prod' });
    expect(result).toEqual({ outcome: 'done', summary: 'reviews is at 25', next: [] });
    expect(text(canvas)).toBe(renderMarkdown(parseReleaseReport(content)));
    expect(data).toEqual({ report: content });
  });

  it('gives the numbers and the page', async () => {
    const json = await report({ projectDir, stack: 'prod', format: 'json' });
    expect(JSON.parse(json.text(canvas))).toEqual(content);
    const html = await report({ projectDir, stack: 'prod', format: 'html' });
    expect(html.text(canvas)).toMatch(/^<!doctype html>/i);
  });

  it('reads another file where it is told', async () => {
    writeFileSync(join(projectDir, 'other.json'), JSON.stringify({ ...content, summary: 'another' }));
    const { result } = await report({ projectDir, stack: 'prod', from: 'other.json' });
    expect(result.summary).toBe('another');
  });

  it.each([
    ['nothing there', 'none.json', undefined, /there is no report at .*none\.json/],
    ['no JSON', 'bad.json', 'x', /bad\.json is no JSON/],
    ['no report', 'other.json', '{"schema":2}', /release\.json/],
  ])('says what is wrong: %s', async (_, name, text, message) => {
    if (text !== undefined) writeFileSync(join(projectDir, name), text);
    await expect(report({ projectDir, stack: 'prod', from: name })).rejects.toThrow(message);
  });
});
