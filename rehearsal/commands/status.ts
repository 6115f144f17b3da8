import Table from 'cli-table3';
import { Platform } from '../platform/platform';
import { ExitCode } from './exit';

/** Prints the parts of a running platform. Exit code 1 where none runs. */
export async function status(name: string): Promise<number> {
  const platform = await Platform.find(name);
  if (!platform) {
    console.error(`no rehearsal named "${name}" is running; "node bin/rehearsal.js up" starts one`);
    return ExitCode.error;
  }
  const { parts, phase, seconds } = await platform.status();
  const table = new Table({ head: ['part', 'state', 'pid inside', 'ready after'], style: { head: [] } });
  for (const part of parts)
    table.push([part.name, part.state, part.pid ?? '', `${part.seconds.toFixed(1)} s`]);
  console.log(table.toString());
  console.log(`${phase}, running for ${Math.round(seconds)} s; logs in ${platform.paths.logs}`);
  return ExitCode.done;
}
