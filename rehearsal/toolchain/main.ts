import { ProblemsError } from '../../components/validation';
import { platformTools } from './catalogue';
import { printDoctor } from './doctor';
import { ensureTools } from './ensure';
import { thisMachine } from './machine';
import { checkPrerequisites, requireAll } from './prerequisites';
import { duration } from './progress';

const usage = `usage: node bin/toolchain.js ensure|doctor
  ensure  make every tool of a rehearsal that is missing
  doctor  tell what is there, what is missing and how long making it takes
`;

/** Exit codes: 0 done, 1 something is missing or failed, 2 usage, 128 + n ended by signal n. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (rest.length > 0 || (command !== 'ensure' && command !== 'doctor')) {
    process.stderr.write(usage);
    return 2;
  }
  const ending = new AbortController();
  let code = 1;
  const endBy = (exitCode: number) => () => {
    code = exitCode;
    ending.abort(new Error('interrupted'));
  };
  process.once('SIGINT', endBy(130));
  process.once('SIGTERM', endBy(143));
  process.once('SIGHUP', endBy(129));
  try {
    if (command === 'doctor') return await printDoctor();
    await ensure(ending.signal);
    return 0;
  } catch (error) {
    if (ending.signal.aborted) {
      process.stderr.write(
        'Interrupted. The tools that were finished are kept; the next run goes on from there.\n',
      );
      return code;
    }
    const known = error instanceof ProblemsError || process.env.REHEARSAL_DEBUG === undefined;
    process.stderr.write(`${known ? (error as Error).message : (error as Error).stack}\n`);
    return 1;
  }
}

async function ensure(signal: AbortSignal): Promise<void> {
  const started = Date.now();
  const machine = thisMachine();
  requireAll(await checkPrerequisites(machine, false), 'prerequisite');
  const tools = await ensureTools(platformTools, { signal, machine });
  const built = platformTools.filter((name) => tools.source(name) === 'built').length;
  const seconds = duration((Date.now() - started) / 1000);
  process.stderr.write(
    `${platformTools.length} tools are ready (${built} made now, ${seconds}) in ${machine.cache}\n`,
  );
}
