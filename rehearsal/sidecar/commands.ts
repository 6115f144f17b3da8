import { spawn } from 'node:child_process';

/** Runs a program to its end, `input` on its standard input. @throws with what it wrote to standard error */
export function runCommand(command: string, args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${said.trim()}`));
    });
    // A program that has ended already does not read what it is sent; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
