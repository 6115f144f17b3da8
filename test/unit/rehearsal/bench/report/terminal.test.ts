import { renderTerminal } from '../../../../../rehearsal/bench';
import { milliseconds } from '../../../../../rehearsal/bench/report/format';
import { benchFixture } from '../fixture';

const text = renderTerminal(benchFixture(), { colour: false });

test('every timed thing has its line, with ratios', () => {
  expect(text).toMatch(/^empty program's up +1\.00 +0\.95–1\.05 +1\.00 +2\.00 ×$/m);
  expect(text).toMatch(/^weight step +1\.50 +1\.42–1\.58 +1\.50 +1\.42–1\.58$/m);
  expect(text).toMatch(/^helm upgrade +0\.80 .* 2\.50 ×$/m);
});

test('growth, memory and phases are told with what they are compared with', () => {
  expect(text).toMatch(/^100 services +700 +6\.50/m);
  expect(text).toMatch(/^100 services, release alone +9 +1\.30/m);
  expect(text).toContain("each service that is not touched: 51 ms (48–53), 0.051 of an empty program's up");
  expect(text).toContain('with the release in a stack of its own: 0.4 ms (0.4–0.4)');
  expect(text).toMatch(/^engine +150 +160$/m);
  expect(text).toMatch(/^provider +110$/m);
  expect(text).toMatch(/^all at one moment +300 +500$/m);
  expect(text).toMatch(/^that is, × empty +1\.00 +1\.67$/m);
  expect(text).toMatch(/^program: loading it +20 +220 +200$/m);
  expect(text).toMatch(/^sum +170 +371 +201$/m);
  expect(text).toContain('2 cores of A processor <of> some "make", 8 GiB');
});

test('it fits a terminal of 80 columns', () => {
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('memory that could not be measured is left out', () => {
  const without = renderTerminal({ ...benchFixture(), memory: undefined }, { colour: false });
  expect(without).not.toContain('MiB');
  expect(without).not.toContain('undefined');
});

test('milliseconds that are rounded to nothing have no sign', () => {
  expect([-0.04, 0.04, -0.06, 9.96, 23.4].map(milliseconds)).toEqual(['0.0', '0.0', '-0.1', '10.0', '23']);
});
