import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { applicationParts, engineConfig, platformParts, release, token } from '../../../unit/infra/support';

const root = resolve(__dirname, '../../../..');

/**
 * The packages among these that the program loads for a config, in a process of its own: what is loaded once stays
 * loaded, and the program is run as the engine runs it.
 */
function loadedFor(
  values: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string>> = {},
) {
  const script = `
    const pulumi = require('@pulumi/pulumi');
    const mocks = { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({ outputs: {} }) };
    (async () => {
      await pulumi.runtime.setMocks(mocks, 'bookinfo', 'test', false, 'organization');
      pulumi.runtime.setAllConfig(${JSON.stringify(engineConfig({ ...values, ...secrets }))}, ${JSON.stringify(Object.keys(engineConfig(secrets)))});
      await require('./infra')();
      await pulumi.runtime.disconnect();
      const files = Object.keys(require.cache).map((file) => file.split('node_modules/').at(-1));
      const heavy = ['cdk8s', 'cdk8s-plus-27', 'constructs'];
      console.log(JSON.stringify(heavy.filter((name) => files.some((file) => file.startsWith(name + '/')))));
    })();`;
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8', timeout: 60_000 }),
  ) as string[];
}

const application = { layers: ['application', 'release'], namespace: 'test', release, step: 'baseline' };
const { edge, loadtest } = applicationParts;
const libraries = ['cdk8s', 'cdk8s-plus-27', 'constructs'];

describe('what a program loads', () => {
  it.each([
    ['an application and its release', application, {}, []],
    ['DataKit', { layers: ['platform'], ...platformParts, istio: undefined }, { datakitToken: token }, []],
    ['an edge', { ...application, edge }, {}, libraries],
    ['a load test', { ...application, loadtest }, {}, libraries],
  ])(
    'is no more than it declares: %s',
    (_name, values, secrets, expected) => {
      const asked = Object.entries(values).filter(([, value]) => value !== undefined);
      expect(loadedFor(Object.fromEntries(asked), secrets)).toEqual(expected);
    },
    60_000,
  );
});
