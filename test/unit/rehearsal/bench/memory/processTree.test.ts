import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  childrenOf,
  parseStatus,
  sampleTree,
  tellsChildren,
} from '../../../../../rehearsal/bench/memory/processTree';

test('a status tells what is held and what was held at most', () => {
  const text = 'Name:\tnode\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\nThreads:\t7\n';
  expect(parseStatus(text)).toEqual({ resident: 100, peak: 200 });
});

test('a process that has ended holds nothing', () => {
  expect(parseStatus('Name:\tnode\nState:\tZ (zombie)\n')).toBeUndefined();
  expect(sampleTree(0)).toEqual([]);
});

test('a process is found below the one that started it, with what it started', async () => {
  // Where the kernel does not tell, no memory is reported, and nothing else is promised.
  if (!tellsChildren()) return expect(childrenOf(process.pid)).toEqual([]);
  const inner = 'setTimeout(() => {}, 60000)';
  const outer = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}]).once('spawn', () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', `${outer}; process.once('SIGTERM', () => process.exit())`]);
  try {
    await once(child.stdout, 'data');
    expect(childrenOf(process.pid)).toContain(child.pid);
    const tree = sampleTree(child.pid!);
    expect(tree.map(({ pid }) => pid)[0]).toBe(child.pid);
    expect(tree.length).toBeGreaterThanOrEqual(2);
    for (const { resident, peak } of tree) expect(peak).toBeGreaterThanOrEqual(resident);
  } finally {
    for (const { pid } of sampleTree(child.pid!).toReversed()) process.kill(pid, 'SIGKILL');
    await once(child, 'exit');
  }
});
