import { roleOf } from '../../../../../rehearsal/bench/memory/role';

const runner = '/project/node_modules/@pulumi/pulumi/cmd/run/index.js';

test.each([
  ['engine', ['/tools/pulumi', 'up', '--yes']],
  ['language host', ['/tools/pulumi-language-nodejs', '-typescript=false', '127.0.0.1:1']],
  ['language host', ['/bin/sh', '/host/pulumi-language-nodejs', '127.0.0.1:1']],
  ['program', ['/usr/bin/node', runner, '--stack', 'prod', '.']],
  ['module lookup', ['node', '-e', "console.log(require.resolve('@pulumi/pulumi/cmd/run'));"]],
  ['provider', ['node', '/project/bin/pulumi-resource-kubernetes', '127.0.0.1:1']],
  ['provider', ['/plugins/pulumi-resource-kubernetes', '127.0.0.1:1']],
  ['other', ['setpriv', '--pdeathsig', 'INT', '--', '/tools/other']],
  ['other', []],
])('%s: %j', (role, command) => {
  expect(roleOf(command)).toBe(role);
});
