import { doctor, printDoctor } from '../../../../rehearsal/toolchain/doctor';
import { type FakeMachine, fakeMachine } from './fakeMachine';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.goCommand();
  machine.pythonCommand();
  machine.command('ip', 'true');
  machine.command('unshare', 'true');
});
afterEach(() => machine.remove());

const print = async (): Promise<{ code: number; text: string }> => {
  let text = '';
  const code = await printDoctor((part) => (text += part), machine);
  return { code, text };
};

describe('doctor', () => {
  it('says of each tool where it comes from and how long making it takes', async () => {
    const kubectl = machine.command('kubectl', 'echo v1.32.4');
    machine.command('helm', 'echo v3.19.0');
    const report = await doctor(machine);
    const tool = (name: string) => report.tools.find((entry) => entry.name === name);
    expect(tool('helm')).toMatchObject({ source: 'path', version: '3.19.0', seconds: 0 });
    expect(tool('kubectl')).toMatchObject({
      source: 'missing',
      passedOver: `${kubectl} is 1.32.4, not >=1.35.0 <1.38.0`,
    });
    expect(tool('go')).toMatchObject({ source: 'path', version: '1.26.8' });
    expect(report.seconds).toBe(report.tools.reduce((sum, entry) => sum + entry.seconds, 0));
    expect(report.seconds).toBeGreaterThan(60);
    expect(report.ready).toBe(report.prerequisites.every(({ problem }) => problem === undefined));
  });

  it('makes nothing', async () => {
    await doctor(machine);
    expect(machine.builds()).toEqual([]);
  });

  it('ends with 1 and names everything that is missing at once', async () => {
    machine.remove();
    machine = fakeMachine({ node: '18.0.0' });
    const { code, text } = await print();
    expect(code).toBe(1);
    for (const line of [
      'Node.js is 18.0.0, older than 20.19.0',
      'unshare is not on PATH',
      'remedy: install util-linux',
      'ip is not on PATH',
      'remedy: install iproute2',
      'Python 3 with pip is not on PATH',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('tells why no network namespace can be made', async () => {
    machine.command('unshare', 'echo "unshare: unshare failed: Operation not permitted" >&2; exit 1');
    const { code, text } = await print();
    expect(code).toBe(1);
    expect(text).toContain(
      'network namespace cannot be made (unshare: unshare failed: Operation not permitted)',
    );
    expect(text).toContain('kernel.unprivileged_userns_clone=1');
  });
});
