import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';
import { Engine, type EngineArgs } from './engine';

/**
 * A program that declares nothing, on the same engine and backend: what a weight step's time is compared with.
 * It starts like this project's own program, from a plain JavaScript file.
 */
export async function emptyProgram(
  args: Omit<EngineArgs, 'projectDir' | 'stack' | 'workDir'>,
  stateDir: string,
): Promise<Engine> {
  const projectDir = join(stateDir, 'empty-program');
  mkdirSync(projectDir, { recursive: true });
  const yaml = 'name: empty\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n';
  writeFileSync(join(projectDir, 'Pulumi.yaml'), yaml);
  writeFileSync(join(projectDir, 'index.js'), 'module.exports = {};\n');
  writeFileSync(join(projectDir, 'package.json'), '{ "name": "empty", "main": "index.js" }\n');
  const config = join(projectDir, 'config.yaml');
  writeFileSync(config, 'config: {}\n');
  symlinkSync(join(projectRoot(), 'node_modules'), join(projectDir, 'node_modules'));
  const engine = new Engine({ ...args, projectDir, workDir: projectDir, stack: 'empty' });
  await engine.init(config);
  return engine;
}
