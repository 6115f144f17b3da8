import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { headStart } from '../../../infra/head-start';
import { settled } from '../recorder';

const { version } = JSON.parse(
  readFileSync(resolve(__dirname, '../../../node_modules/@pulumi/kubernetes/package.json'), 'utf8'),
) as { version: string };

/** What the engine is asked for, where the stack has these outputs or cannot be read. */
async function asked(outputs: Readonly<Record<string, unknown>> | Error) {
  const calls: { token: string; inputs: unknown }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: ({ token, inputs }) => {
        calls.push({ token, inputs: inputs as unknown });
        if (token !== 'pulumi:pulumi:readStackOutputs') throw new Error('there is no such function');
        if (outputs instanceof Error) throw outputs;
        return { outputs };
      },
    },
    'bookinfo',
    'prod',
    false,
    'organization',
  );
  const remembered = await headStart();
  await settled();
  return { calls, remembered };
}

const read = { token: 'pulumi:pulumi:readStackOutputs', inputs: { name: 'organization/bookinfo/prod' } };

test('a stack that was applied has its provider started early; that it refuses is nobody’s business', async () => {
  const { calls, remembered } = await asked({ release: {} });
  expect(remembered).toEqual({ outputs: { release: {} } });
  expect(calls[0]).toEqual(read);
  expect(calls.slice(1).map(({ token }) => token)).toEqual(['kubernetes:yaml:decode']);
});

test('a first update asks for nothing: one that is refused leaves no provider in the state', async () => {
  expect(await asked({})).toEqual({ calls: [read], remembered: { outputs: {} } });
});

test('outputs that cannot be read are the program’s to tell', async () => {
  expect(await asked(new Error('no backend'))).toEqual({ calls: [read], remembered: undefined });
});

test('the version is the SDK’s, or the engine would start a second provider', () => {
  const seen: unknown[] = [];
  const invoke = jest.spyOn(pulumi.runtime, 'invoke').mockImplementation((token, _args, opts) => {
    seen.push({ token, version: opts?.version });
    return Promise.resolve({ outputs: { release: {} } });
  });
  return headStart().then(() => {
    invoke.mockRestore();
    expect(seen.at(-1)).toEqual({ token: 'kubernetes:yaml:decode', version });
  });
});
