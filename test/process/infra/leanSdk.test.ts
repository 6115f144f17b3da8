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

test('a promise that ends passes on what it ends with, and says which failed', () => {
  const { status, stdout, stderr } = lean(`
    const failing = Promise.reject(new Error('bad'));
    debuggable.debuggablePromise(Promise.resolve('good'), 'a').then((value) => console.log(value));
    debuggable.debuggablePromise(failing, 'b').catch(({ message, promise }) => console.log(message, promise === failing));`);
  expect({ status, stderr, lines: stdout.split('\n').sort() }).toEqual({
    ...{ status: 0, stderr: '', lines: ['bad true', 'good'] },
  });
});

test('a promise that fails and that nobody waits for fails the program', () => {
  const { status, stderr } = lean(
    "debuggable.debuggablePromise(Promise.reject(new Error('nobody listened')), 'a');",
  );
  expect(stderr).toContain('nobody listened');
  expect(status).not.toBe(0);
});

test('a resource tells the engine no lines of the compiled bundle', () => {
  const { stdout } = lean("console.log(JSON.stringify(require('@pulumi/pulumi').Resource.stackTrace(0)));");
  expect(stdout).toBe('[]');
});
