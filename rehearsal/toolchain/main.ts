import { ProblemsError } from '../../components/validation';
import { platformTools, testTools, type ToolName } from './catalogue';
import { printDoctor } from './doctor';
import { ensureTools } from './ensure';
import { thisMachine } from './machine';
import { checkPrerequisites, requireAll } from './prerequisites';
import { duration } from './progress';

const usage = `usage: node bin/toolchain.js ensure [test]|doctor
  ensure       make every tool of a rehearsal that is missing
  ensure test  make those too that only the tests use
  doctor       tell what is there, what is missing and how long making it takes
`;

/** The tools of `ensure` and of `ensure test`. */
const toolsFor: Readonly<Record<string, readonly ToolName[]>> = {
  '': platformTools,
  test: [...platformTools, ...testTools],
};

/** Exit codes: 0 done, 1 something is missing or failed, 2 usage, 128 + n ended by signal n. */
export async function main(args: readonly string[]): Promise<number> {
  const [command, what = '', ...rest] = args;
  const names = command === 'ensure' ? toolsFor[what] : undefined;
  const asksDoctor = command === 'doctor' && what === '';
  if (rest.length > 0 || (names === undefined && !asksDoctor)) {
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
    if (names === undefined) return await printDoctor();
    await ensure(names, ending.signal);
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

async function ensure(names: readonly ToolName[], signal: AbortSignal): Promise<void> {
  const started = Date.now();
  const machine = thisMachine();
  requireAll(await checkPrerequisites(machine, false), 'prerequisite');
  const tools = await ensureTools(names, { signal, machine });
  const built = names.filter((name) => tools.source(name) === 'built').length;
  const seconds = duration((Date.now() - started) / 1000);
  process.stderr.write(
    `${names.length} tools are ready (${built} made now, ${seconds}) in ${machine.cache}\n`,
  );
}
