import { rawConfig, readSettings } from '../../../../infra/config';
import { record } from '../../recorder';
import { engineConfig, platformParts, problemsOf, runProgram, token } from '../support';

const platform = { layers: ['platform'], namespaces: ['shop'], datakit: platformParts.datakit };

async function raw(values: Readonly<Record<string, unknown>>, secretKeys: readonly string[] = []) {
  await record({ config: engineConfig(values), secretKeys: secretKeys.map((key) => `bookinfo:${key}`) });
  return rawConfig();
}

const onlyTheToken = (key: string) => ({
  path: `bookinfo:${key}`,
  problem:
    'is stored as a secret, which only bookinfo:datakitToken, bookinfo:metricsKey, bookinfo:webhookSecret, bookinfo:gitlabToken may be',
  remedy: 'set it again without --secret: it has to be readable in previews and in reviews',
});

describe('rawConfig', () => {
  it('parses maps and lists and leaves everything else as text', async () => {
    await record({
      config: { ...engineConfig({ layers: ['release'], step: '10', imageTag: '1.20' }), 'aws:region': 'x' },
    });
    expect(rawConfig()).toEqual({
      values: { layers: ['release'], step: '10', imageTag: '1.20' },
      secrets: [],
      withheld: [],
      problems: [],
    });
  });

  it('knows of the token that it is there, and not what it is', async () => {
    const found = await raw({ ...platform, datakitToken: token }, ['datakitToken']);
    expect(found).toMatchObject({ secrets: ['datakitToken'], problems: [] });
    expect(JSON.stringify(found)).not.toContain(token);
    expect(problemsOf(() => readSettings(found, 'platform'))).toEqual([]);
  });

  it('refuses the token in clear, once and without showing it', async () => {
    const found = await raw({ ...platform, datakitToken: token });
    expect(JSON.stringify(found)).not.toContain(token);
    expect(problemsOf(() => readSettings(found, 'platform'))).toEqual([
      {
        path: 'bookinfo:datakitToken',
        problem: 'is stored in clear, where everyone who reads this repository can take it',
        remedy: 'ask for a new one, and set that with pulumi config set --secret bookinfo:datakitToken',
      },
    ]);
  });

  it.each(['imageTag', 'security', 'istio', 'edge', 'environment', 'namespace', 'layers'])(
    'refuses any other secret once and without showing it: %s',
    async (key) => {
      const values = { layers: ['application'], namespace: 'shop', [key]: 'hunter2' };
      const found = await raw(values, [key]);
      expect(JSON.stringify(found)).not.toContain('hunter2');
      expect(problemsOf(() => readSettings(found, 'test'))).toEqual([onlyTheToken(key)]);
    },
  );

  it("leaves the release command's keys to it, and tells neither its settings nor its secrets", async () => {
    const found = await raw(
      { layers: ['application'], namespace: 'shop', gates: { bake: 'nonsense' }, metricsKey: 'hunter2' },
      ['metricsKey'],
    );
    expect(found).toEqual({
      values: { layers: ['application'], namespace: 'shop' },
      secrets: [],
      withheld: [],
      problems: [],
    });
    expect(problemsOf(() => readSettings(found, 'test'))).toEqual([]);
  });

  it("refuses the release command's secret in clear, without showing it", async () => {
    const found = await raw({ webhookSecret: 'hunter2' });
    expect(found.problems).toEqual([
      {
        path: 'bookinfo:webhookSecret',
        problem: 'is stored in clear, where everyone who reads this repository can take it',
        remedy: 'ask for a new one, and set that with pulumi config set --secret bookinfo:webhookSecret',
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('refuses every secret that is in the wrong place at once', async () => {
    const found = await raw(
      {
        layers: ['application'],
        namespace: 'shop',
        imageTag: 'hunter2',
        environment: 'hunter3',
        datakitToken: token,
      },
      ['imageTag', 'environment'],
    );
    const problems = problemsOf(() => readSettings(found, 'test'));
    expect(problems.map(({ path, problem }) => `${path} ${problem.split(',')[0]}`).sort()).toEqual([
      'bookinfo:datakitToken is set',
      'bookinfo:datakitToken is set without bookinfo:datakit',
      'bookinfo:datakitToken is stored in clear',
      'bookinfo:environment is stored as a secret',
      'bookinfo:imageTag is stored as a secret',
    ]);
    expect(JSON.stringify(problems)).not.toMatch(new RegExp(`hunter|${token}`));
  });
});

describe('a program whose token is stored in clear', () => {
  it('declares nothing and does not repeat it', async () => {
    const { refusal, requests } = await runProgram({ ...platform, datakitToken: token });
    expect(refusal).toMatchObject({ __pulumiRunError: true });
    expect(refusal?.message).toContain('bookinfo:datakitToken is stored in clear');
    expect(`${refusal?.message} ${refusal?.stack}`).not.toContain(token);
    expect(requests).toEqual([]);
  });
});
