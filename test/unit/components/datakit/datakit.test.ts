import * as pulumi from '@pulumi/pulumi';
import { DataKit, datakitManifests, resolveSettings } from '../../../../components/datakit';
import { countByType, record, settled, type Registration } from '../../recorder';
import { problemsOf } from './support';

const settings = { clusterName: 'shop' };
const MARKER = 'tkn_marker0123456789';
/** How the engine is told that a value is secret. */
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

async function declared(token: pulumi.Input<string> = MARKER): Promise<Registration[]> {
  const registered = await record();
  new DataKit('datakit', { settings, token });
  await settled();
  return registered;
}

describe('DataKit', () => {
  it('registers every object once, under the name it has in the cluster', async () => {
    const registered = await declared();
    expect(countByType(registered)).toEqual({
      'bookinfo:datakit:DataKit': 1,
      'kubernetes:core/v1:Namespace': 1,
      'kubernetes:core/v1:ServiceAccount': 1,
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole': 1,
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding': 1,
      'kubernetes:core/v1:Secret': 1,
      'kubernetes:core/v1:ConfigMap': 2,
      'kubernetes:core/v1:Service': 1,
      'kubernetes:apps/v1:DaemonSet': 1,
    });
    for (const { type, name, inputs } of registered) {
      if (type !== 'bookinfo:datakit:DataKit') expect(inputs['metadata']).toMatchObject({ name });
    }
  });

  it('registers the objects that are rendered', async () => {
    const registered = await declared();
    const inputs = registered.map((entry) => entry.inputs);
    for (const object of datakitManifests(resolveSettings(settings))) {
      expect(inputs).toContainEqual(expect.objectContaining(object));
    }
  });

  it.each([
    ['a text', () => MARKER],
    ['a text with the end of a line', () => `${MARKER}\n`],
    ['an output', () => pulumi.output(MARKER)],
    ['a secret', () => pulumi.secret(MARKER)],
  ])('puts the token, %s, into the Secret alone, as a secret', async (_name, token) => {
    const registered = await declared(token());
    const holders = registered.filter(({ inputs }) => JSON.stringify(inputs).includes('marker'));
    expect(holders.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'kubernetes:core/v1:Secret datakit-dataway',
    ]);
    const { stringData } = holders[0]!.inputs as { stringData: unknown };
    expect(stringData).toMatchObject({
      '4dabf18193072939515e22adb298388d': SECRET,
      value: { ENV_DATAWAY: `https://openway.guance.com?token=${MARKER}` },
    });
  });

  it('is the same but for the Secret whatever the token', async () => {
    const others = (registered: Registration[]) =>
      registered.filter(({ type }) => type !== 'kubernetes:core/v1:Secret');
    expect(others(await declared('tkn_a'))).toEqual(others(await declared('tkn_b')));
  });

  it('refuses wrong settings before anything is declared', async () => {
    const registered = await record();
    const wrong = { clusterName: '', image: 'datakit' };
    expect(problemsOf(() => new DataKit('datakit', { settings: wrong, token: MARKER })).length).toBe(2);
    await settled();
    expect(registered).toEqual([]);
  });
});
