import * as pulumi from '@pulumi/pulumi';
import { bookinfo } from '../../../../components/application';
import { MeshSecurity, type MeshSecurityArgs } from '../../../../components/security';
import { ProblemsError } from '../../../../components/validation';
import { countByType, record, settled } from '../../recorder';

const args = { application: bookinfo, namespace: 'prod' };
const authorizationPolicy = 'kubernetes:security.istio.io/v1:AuthorizationPolicy';
const networkPolicy = 'kubernetes:networking.k8s.io/v1:NetworkPolicy';

async function registrations(settings?: MeshSecurityArgs['settings']) {
  const registered = await record();
  new MeshSecurity('security', { ...args, settings });
  await settled();
  return registered;
}

describe('MeshSecurity', () => {
  it('registers every policy once, under the name it has in the cluster', async () => {
    const registered = await registrations();
    expect(countByType(registered)).toEqual({
      'bookinfo:security:MeshSecurity': 1,
      'kubernetes:security.istio.io/v1:PeerAuthentication': 1,
      [authorizationPolicy]: 5,
      [networkPolicy]: 8,
    });
    const objects = registered.filter(({ type }) => type.startsWith('kubernetes:'));
    for (const { name, inputs } of objects) {
      expect(inputs['metadata']).toMatchObject({ name, namespace: 'prod' });
    }
    const named = (type: string) => objects.filter((entry) => entry.type === type).map(({ name }) => name);
    const services = ['details', 'productpage', 'ratings', 'reviews'];
    expect(named(authorizationPolicy).sort()).toEqual(['allow-nothing', ...services].sort());
    expect(named(networkPolicy).sort()).toEqual(
      [
        'allow-datakit-intake',
        'allow-datakit-scraping',
        'allow-dns-and-istiod',
        'default-deny',
        ...services,
      ].sort(),
    );
    const nothing = objects.find(({ name }) => name === 'allow-nothing');
    expect(nothing?.inputs['spec']).toEqual({});
  });

  it.each([
    [{ authorization: false }, networkPolicy, authorizationPolicy],
    [{ networkPolicies: false }, authorizationPolicy, networkPolicy],
  ] as const)('%j leaves the rest alone', async (settings, kept, gone) => {
    const counts = countByType(await registrations(settings));
    expect(counts[kept]).toBeGreaterThan(0);
    expect(counts).not.toHaveProperty([gone]);
    expect(counts['kubernetes:security.istio.io/v1:PeerAuthentication']).toBe(1);
  });

  it('refuses wrong settings before anything is registered', async () => {
    const registered = await record();
    const settings = { nodeCidrs: ['x'], dnsCidrs: ['y'] };
    expect(() => new MeshSecurity('security', { ...args, settings })).toThrow(ProblemsError);
    expect(() => new MeshSecurity('security', { ...args, settings })).toThrow(
      /2 problems[^]*security\.nodeCidrs\[0\][^]*security\.dnsCidrs\[0\]/,
    );
    await settled();
    expect(registered).toEqual([]);
  });
});

describe('the order', () => {
  /** What had been applied when an object was, with a cluster that takes its time for what opens. */
  async function appliedBefore(): Promise<Map<string, readonly string[]>> {
    const done: string[] = [];
    const before = new Map<string, readonly string[]>();
    await pulumi.runtime.setMocks({
      newResource: async ({ type, name, inputs }) => {
        const id = `${type} ${name}`;
        before.set(id, [...done]);
        if (!/allow-nothing|default-deny/.test(name)) await new Promise((resolve) => setTimeout(resolve, 20));
        done.push(id);
        return { id, state: inputs as Record<string, unknown> };
      },
      call: () => ({}),
    });
    new MeshSecurity('security', args);
    await settled();
    return before;
  }

  it('applies what opens before what closes', async () => {
    const before = await appliedBefore();
    const opens = (type: string, ...except: string[]) =>
      [...before.keys()].filter((id) => id.startsWith(type) && !except.some((name) => id.endsWith(name)));
    const allows = opens(authorizationPolicy, 'allow-nothing');
    expect(allows).toHaveLength(4);
    expect(before.get(`${authorizationPolicy} allow-nothing`)).toEqual(expect.arrayContaining(allows));
    const opened = opens(networkPolicy, 'default-deny');
    expect(opened).toHaveLength(7);
    expect(before.get(`${networkPolicy} default-deny`)).toEqual(expect.arrayContaining(opened));
  });

  it('applies what only adds after what is complete in itself', async () => {
    const before = await appliedBefore();
    const services = bookinfo.services.map(({ name }) => `${networkPolicy} ${name}`);
    for (const name of ['allow-dns-and-istiod', 'allow-datakit-scraping', 'allow-datakit-intake']) {
      expect(before.get(`${networkPolicy} ${name}`)).toEqual(expect.arrayContaining(services));
    }
  });
});
