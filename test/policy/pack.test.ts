import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demands } from '../../policies/model/policy';
import type { KubeObject } from '../../policies/model/object';
import { fixtures, viewOf, type Case } from '../unit/policies/cases';
import { CaseStack } from './engine';

jest.setTimeout(120_000);

/** These compare with a state, which a first preview does not have; their other cases are run without the engine. */
const comparing = ['R06', 'R09', 'R35'];

/** The block list of the case at hand. */
const LIST = join(tmpdir(), `block-list-${process.pid}.json`);

function settingsOf({ settings = {} }: Case): object {
  const { listMade, blocked, require, retired, ...rest } = settings;
  if (listMade !== undefined || blocked !== undefined) {
    writeFileSync(
      LIST,
      JSON.stringify({ made: listMade ?? new Date().toISOString(), images: blocked ?? [] }),
    );
  }
  return {
    ...('registries' in rest ? { registries: rest.registries } : {}),
    ...(retired === undefined ? {} : { retired }),
    ...(existsSync(LIST) ? { blockList: LIST } : {}),
    environment: 'production',
    enforcement: { R27: 'mandatory', R28: 'mandatory' },
    require:
      require ??
      demands.filter((demand) => demand !== 'digests' && (demand !== 'block-list' || existsSync(LIST))),
  };
}

const byId = (object: KubeObject): string => object.id;

describe.each(
  fixtures.filter(({ policy }) => !comparing.includes(policy.slice(0, 3))).map((f) => [f.policy, f] as const),
)('%s', (policy, { bad }) => {
  const stack = new CaseStack();
  afterAll(() => stack.end());
  afterEach(() => rmSync(LIST, { force: true }));

  test('a preview of a bad case fails with it and with nothing else', async () => {
    const given = bad.find(({ previous }) => previous === undefined)!;
    const { objects } = viewOf(given);
    const order = [
      'Namespace',
      'ServiceAccount',
      'Service',
      'Deployment',
      'DestinationRule',
      'VirtualService',
    ];
    const sorted = [...objects].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    const { code, violations, output } = await stack.preview(sorted, settingsOf(given));
    const mandatory = violations.filter(({ enforcement }) => enforcement === 'mandatory');
    const named = [...new Set(mandatory.map((violation) => violation.policy))];
    const allowed = [
      policy,
      ...(given.also ?? []).map((id) => fixtures.find((f) => f.policy.startsWith(`${id}-`))!.policy),
    ];
    expect({ output, named }).toEqual({ output, named: expect.arrayContaining([policy]) as string[] });
    expect(named.filter((id) => !allowed.includes(id))).toEqual([]);
    expect(code).not.toBe(0);
    expect(sorted.map(byId).length).toBeGreaterThan(0);
  });
});

test('the good stack passes', async () => {
  const stack = new CaseStack();
  const { code, violations, output } = await stack.preview(
    viewOf({ title: 'base' }).objects,
    settingsOf({ title: 'base' }),
  );
  stack.end();
  expect(violations.filter(({ enforcement }) => enforcement === 'mandatory')).toEqual([]);
  if (code !== 0) throw new Error(output);
});
