import { spawnSync } from 'node:child_process';
import { projectRoot } from '../../../rehearsal/paths';

/** Runs code as the program is run: after what makes the SDK lean. */
function lean(code: string, env: Readonly<Record<string, string>> = {}) {
  const script = `require('./infra/lean-sdk'); const debuggable = require('@pulumi/pulumi/runtime/debuggable'); ${code}`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: projectRoot(),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout: stdout.trim(), stderr };
}

test('a promise that is left open is still found, and fails the program', () => {
  const { status, stderr } = lean("debuggable.debuggablePromise(new Promise(() => {}), 'left open');");
  expect(stderr).toContain('1 promise was still active');
  expect(status).toBe(1);
});

test('who asks for where it was made is told', () => {
  const left =
    "function here() { debuggable.debuggablePromise(new Promise(() => {}), 'left open'); } here();";
  expect(lean(left, { PULUMI_DEBUG_PROMISE_LEAKS: 'true' }).stderr).toMatch(
    /CONTEXT.*left open[\s\S]* at here /,
  );
});

test('a promise that ends passes on what it ends with, and traces of errors are as long as before', () => {
  const { status, stdout, stderr } = lean(`
    const before = Error.stackTraceLimit;
    const print = (value) => console.log(value, Error.stackTraceLimit === before);
    debuggable.debuggablePromise(Promise.resolve('good'), 'a').then(print);
    debuggable.debuggablePromise(Promise.reject(new Error('bad')), 'b').catch(({ message }) => print(message));`);
  expect({ status, stderr, lines: stdout.split('\n').sort() }).toEqual({
    ...{ status: 0, stderr: '', lines: ['bad true', 'good true'] },
  });
});

test('a resource tells the engine no lines of the compiled bundle', () => {
  const { stdout } = lean("console.log(JSON.stringify(require('@pulumi/pulumi').Resource.stackTrace(0)));");
  expect(stdout).toBe('[]');
});
