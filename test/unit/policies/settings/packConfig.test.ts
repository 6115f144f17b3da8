import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '../../../../policies/registry';
import { readPackConfig, withPackConfig } from '../../../../policies/settings/packConfig';
import { defaultSettings } from '../../../../policies/settings/read';
import { TODAY } from '../cases';

const folder = mkdtempSync(join(tmpdir(), 'pack-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'pack.json');

const settingsFor = (content: unknown) => {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return withPackConfig(defaultSettings(TODAY), readPackConfig(file, '--policy-pack-config'));
};

test('levels and exceptions by id, and a level for all others', () => {
  const exception = { object: 'VirtualService/prod/reviews', reason: 'drill', until: '2027-01-31' };
  const { enforcement, exceptions } = settingsFor({
    all: 'advisory',
    'R01-weight-sum': 'mandatory',
    'R02-undefined-subset': { enforcementLevel: 'disabled' },
    'R13-fault-in-production': { exceptions: [exception] },
  });
  expect(enforcement).toMatchObject({
    'R01-weight-sum': 'mandatory',
    'R02-undefined-subset': 'disabled',
    'R38-block-list-age': 'advisory',
  });
  expect(Object.keys(enforcement)).toHaveLength(registry.length - 1);
  expect(exceptions).toEqual([{ policy: 'R13-fault-in-production', ...exception }]);
});

test.each([
  ['no JSON', '{', /--policy-pack-config names .*pack\.json, which is no JSON/],
  ['a list', [], /pack\.json is no object/],
  [
    'a slip in an id',
    { 'R13-fault-in-prodution': 'advisory' },
    /no policy\s+remedy: did you mean R13-fault-in-production/,
  ],
  ['a number alone', { R13: 'advisory' }, /remedy: write R13-fault-in-production/],
  ['no level', { 'R13-fault-in-production': 'off' }, /is neither a level nor an object/],
  [
    'no level in an object',
    { 'R13-fault-in-production': { enforcementLevel: 1 } },
    /enforcementLevel is 1, no level/,
  ],
  ['an unknown key', { 'R13-fault-in-production': { exception: [] } }, /did you mean exceptions\?/],
])('%s is refused', (_what, content, message) => {
  expect(() => settingsFor(content)).toThrow(message);
});

test('all problems at once', () => {
  const wrong = { 'R13-fault-in-production': { exceptions: [{ object: '', until: 'soon' }] } };
  expect(() => settingsFor(wrong)).toThrow(
    /3 problems[^]*object is empty[^]*reason is missing[^]*until is "soon"/,
  );
  expect(() => readPackConfig(join(folder, 'none.json'), '--policy-pack-config')).toThrow(
    /which is not there/,
  );
});
