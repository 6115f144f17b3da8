import { toolNamed, type ToolName } from '../../../../rehearsal/toolchain/catalogue';
import { planTools, type Resolved } from '../../../../rehearsal/toolchain/plan';
import { type FakeMachine, fakeMachine } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.goCommand();
});
afterEach(() => machine.remove());

async function resolve(name: ToolName): Promise<Resolved> {
  const { resolved } = await planTools(machine, [name]);
  expect(resolved).toHaveLength(1);
  return resolved[0] as Resolved;
}

describe('a tool on PATH', () => {
  it('is used when its version fits', async () => {
    const path = machine.command('etcd', 'echo "etcd Version: 3.6.9"');
    expect(await resolve('etcd')).toMatchObject({ source: 'path', path, version: '3.6.9' });
  });

  it.each([
    ['has another version', 'echo "etcd Version: 3.4.0"', /etcd is 3\.4\.0, not >=3\.6\.0 <4\.0\.0/],
    ['fails', 'exit 1', /does not tell its version/],
    ['says nothing', 'true', /does not tell its version/],
  ])('is passed over with the reason when it %s', async (_case, script, reason) => {
    machine.command('etcd', script);
    const found = await resolve('etcd');
    expect(found).toMatchObject({ source: 'missing', version: toolNamed('etcd').version });
    expect(found.passedOver).toMatch(reason);
  });

  it('says its version on standard error only, and is used all the same', async () => {
    machine.command('kwok', 'echo "kwok version v0.8.2" >&2');
    expect(await resolve('kwok')).toMatchObject({ source: 'path', version: '0.8.2' });
  });
});

describe('the language host', () => {
  it('comes from beside the pulumi on PATH', async () => {
    machine.command('pulumi', 'echo v3.260.1');
    const path = machine.command('pulumi-language-nodejs', 'exit 2');
    expect(await resolve('pulumi-language-nodejs')).toMatchObject({
      source: 'path',
      path,
      version: '3.260.1',
    });
  });

  it('is ours when the pulumi on PATH does not fit', async () => {
    machine.command('pulumi', 'echo v3.100.0');
    machine.command('pulumi-language-nodejs', 'exit 2');
    expect((await resolve('pulumi-language-nodejs')).source).toBe('missing');
  });
});

describe('Go', () => {
  it('comes from PATH when it is new enough', async () => {
    expect((await planTools(machine, [])).go).toMatchObject({ source: 'path', version: '1.26.8' });
  });

  it('is fetched where PATH has an older one, and the reason is told', async () => {
    machine.goCommand('1.24.1');
    const { go } = await planTools(machine, []);
    expect(go.source).toBe('wheel');
    expect(go.passedOver).toMatch(/is 1\.24\.1, older than 1\.26\.0/);
  });
});
