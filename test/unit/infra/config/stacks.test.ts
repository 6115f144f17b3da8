import { join, resolve } from 'node:path';
import { rawConfig, readSettings, type Layer } from '../../../../infra/config';
import { stackNames } from '../../../../components/validation';
import { readStackFile } from '../../../../infra/render/stackFile';
import { record } from '../../recorder';
import { token } from '../support';

const root = resolve(__dirname, '../../../..');

/** What each stack owns, so that one which appears or disappears is noticed. */
const stacks: readonly (readonly [stack: string, layers: readonly Layer[]])[] = [
  ['platform', ['platform']],
  ['prod', ['application', 'release']],
  ['rehearsal', ['application', 'release']],
  ['rehearsal-platform', ['platform']],
  ['test', ['application', 'release']],
];

/** Set by hand before the first update, as its file says; the rehearsal's opens nothing and stands in its file. */
const withoutToken = ['platform'];
const CHARTS = 'ISTIO_CHARTS';

/** Reads a stack's file the way the engine would hand it over. */
async function settingsOf(stack: string) {
  const { values, secretKeys } = readStackFile(root, stack);
  const added: Record<string, string> = withoutToken.includes(stack)
    ? { 'bookinfo:datakitToken': token }
    : {};
  await record({
    config: { ...values, ...added },
    secretKeys: [...secretKeys, ...Object.keys(added)],
    stack,
  });
  return readSettings(rawConfig(), stack);
}

describe('the stacks that are committed', () => {
  const before = process.env[CHARTS];
  beforeEach(() => {
    process.env[CHARTS] = '/opt/istio/charts';
  });
  afterEach(() => {
    if (before === undefined) delete process.env[CHARTS];
    else process.env[CHARTS] = before;
  });

  it('are those of the table', () => {
    expect([...stackNames(join(root, 'stacks'))].sort()).toEqual(stacks.map(([stack]) => stack));
  });

  it.each(stacks)('%s is accepted and owns %j', async (stack, layers) => {
    expect((await settingsOf(stack)).layers).toEqual(layers);
  });

  it('fit each other: a platform makes the namespaces that applications use', async () => {
    const makes = async (stack: string) => {
      const { namespaces, outsideNamespaces } = await settingsOf(stack);
      return { namespaces, outsideNamespaces };
    };
    const uses = async (stack: string) => {
      const { namespace, edgeNamespace } = await settingsOf(stack);
      return [namespace, edgeNamespace];
    };
    const [[test, testEdge], [prod, prodEdge]] = [await uses('test'), await uses('prod')];
    expect(await makes('platform')).toEqual({
      namespaces: [test, prod],
      outsideNamespaces: [testEdge, prodEdge],
    });
    const [rehearsal, rehearsalEdge] = await uses('rehearsal');
    expect(await makes('rehearsal-platform')).toEqual({
      namespaces: [rehearsal],
      outsideNamespaces: [rehearsalEdge],
    });
  });

  it('leave the load test and the edge off where nobody asked for them', async () => {
    for (const [stack] of stacks) {
      const settings = await settingsOf(stack);
      expect({ stack, edge: settings.edge, loadtest: settings.loadtest }).toEqual({ stack });
    }
  });

  it('have no token in clear', () => {
    for (const [stack] of stacks) {
      const { values, secretKeys } = readStackFile(root, stack);
      const stored = 'bookinfo:datakitToken' in values;
      expect({ stack, stored, secret: secretKeys.includes('bookinfo:datakitToken') }).toEqual({
        stack,
        stored: stack === 'rehearsal-platform',
        secret: stored,
      });
    }
  });
});
