import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../rehearsal/paths';
import { Engine } from '../../../rehearsal/scenario/engine';
import { engineArgs } from '../../../rehearsal/scenario/project-engine';
import type { SharedRehearsal } from '../../support/rehearsal';

/**
 * The real engine on a program of the test's own: one file of plain JavaScript, on a stack of its own.
 * @param name Names the project and the stack.
 */
export async function smallProgram(
  { platform, toolchain }: SharedRehearsal,
  name: string,
  source: string,
): Promise<Engine> {
  const projectDir = mkdtempSync(join(platform.paths.dir, `${name}-`));
  const workDir = join(projectDir, 'work');
  mkdirSync(workDir);
  const project = `name: ${name}\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.js\n`;
  writeFileSync(join(projectDir, 'Pulumi.yaml'), project);
  writeFileSync(join(projectDir, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(join(projectDir, 'index.js'), source);
  symlinkSync(join(projectRoot(), 'node_modules'), join(projectDir, 'node_modules'));
  const config = join(workDir, 'config.yaml');
  writeFileSync(config, 'config: {}\n');
  const engine = new Engine({ ...engineArgs(platform, toolchain), projectDir, workDir, stack: name });
  await engine.init(config);
  return engine;
}
