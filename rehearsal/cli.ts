import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { benchCommand } from './commands/bench';
import { down } from './commands/down';
import { ExitCode, failureOf } from './commands/exit';
import { recover } from './commands/recover';
import { rehearseCommand } from './commands/rehearse';
import { status } from './commands/status';
import { up } from './commands/up';
import { projectRoot } from './paths';
import { showPlan } from './scenario/plan';
import { rehearsedSteps } from './scenario/rehearse';
import { sidecarKinds, type SidecarKind } from './sidecar';
import { printDoctor } from './toolchain';

/** One AbortController for the whole command: the first Ctrl-C ends it in order, a second one at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(ExitCode.interrupted);
      console.error('\ninterrupted: ending what was started');
      controller.abort(new Error('interrupted'));
    });
  }
  return controller.signal;
}

/** What is rehearsed instead of the release of reviews. */
interface OwnOptions {
  readonly stack?: string;
  readonly app?: string;
  readonly service?: string;
  readonly path?: string;
}

async function main(): Promise<number> {
  const startedAt = Date.now();
  let code: number = ExitCode.done;
  const signal = interruptible();
  const program = new Command('rehearsal')
    .description(
      'Runs releases of this project on one machine: real engine, real API server, real istiod, real Envoy.',
    )
    .showSuggestionAfterError()
    .exitOverride();
  const sidecarsOption = () =>
    new Option(
      '--sidecars <kind>',
      'how sidecars are played: whole, as stock Istio has them, or only their outbound half; default: whole where this machine can',
    ).choices(sidecarKinds);
  const nameOption = ['--name <name>', 'which rehearsal, when several run at once', 'default'] as const;

  program
    .command('rehearse', { isDefault: true })
    .description(
      'release reviews from v1 to v2 under load, roll the next one back, write a report, end everything',
    )
    // The defaults are named as words: their length, which help is wrapped by, differs from machine to machine.
    .addOption(
      new Option('--name <name>', 'name of this rehearsal; several may run at once').default(
        `run-${process.pid}`,
        'run-<pid>',
      ),
    )
    .addOption(
      new Option('--out <folder>', 'where the report goes').default(
        join(projectRoot(), 'out', 'rehearsal'),
        'out/rehearsal in the project',
      ),
    )
    .addOption(sidecarsOption())
    .option('--stack <name>', 'rehearse the release of a stack of yours, as its config says')
    .option('--app <file>', 'rehearse an application by its table alone: the first service with two versions')
    .option('--service <name>', 'which of several releases, or which service of the table')
    .option('--path <path>', "where requests go; default: the page of the application's entry")
    .action(async (options: { name: string; out: string; sidecars?: SidecarKind } & OwnOptions) => {
      code = await rehearseCommand({ ...options, signal, startedAt });
    });
  program
    .command('plan')
    .description(
      'show what a rehearsal will do, with neither tools nor a cluster: what each step changes, the objects, and what the policies say of them',
    )
    .addOption(
      new Option('--out <folder>', 'where the objects go, a file for each step').default(
        join(projectRoot(), 'out', 'rehearsal'),
        'out/rehearsal in the project',
      ),
    )
    .action(async ({ out }: { out: string }) => {
      await showPlan({ steps: rehearsedSteps, out, signal });
    });
  program
    .command('bench')
    .description(
      'measure what a weight step costs, beside an empty program, kubectl, Helm and cdk8s; about six minutes on two cores',
    )
    .addOption(
      new Option('--name <name>', 'name of the platform it runs on').default(
        `bench-${process.pid}`,
        'bench-<pid>',
      ),
    )
    .addOption(
      new Option('--out <folder>', 'where bench.json and bench.html go').default(
        join(projectRoot(), 'out', 'bench'),
        'out/bench in the project',
      ),
    )
    .option('--quick', 'fewer repetitions and smaller applications: about three minutes')
    .action(async (options: { name: string; out: string; quick?: boolean }) => {
      code = await benchCommand({ quick: false, ...options, signal, startedAt });
    });
  program
    .command('up')
    .description('start the platform and leave it running; prints the environment for pulumi and kubectl')
    .option(...nameOption)
    .option('--no-mesh', 'only the control plane and a node, without istiod, proxies and workloads')
    .addOption(sidecarsOption())
    .action(async (options: { name: string; mesh: boolean; sidecars?: SidecarKind }) => {
      await up({ ...options, signal });
    });
  program
    .command('down')
    .description('end a platform that "up" left running')
    .option(...nameOption)
    .action(async (options: { name: string }) => {
      await down(options.name);
    });
  program
    .command('recover')
    .description('repair the stack of a running platform after its engine was killed in mid-update')
    .option(...nameOption)
    .action(async (options: { name: string }) => {
      await recover(options.name);
    });
  program
    .command('status')
    .description('what runs, and where its logs are')
    .option(...nameOption)
    .action(async (options: { name: string }) => {
      code = await status(options.name);
    });
  program
    .command('doctor')
    .description('what was found on this machine, what will be built and how long that takes')
    .action(async () => {
      code = await printDoctor();
    });

  await program.parseAsync();
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // commander has printed its own message; help and version are no errors.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? ExitCode.done : ExitCode.usage);
    const { code, message } = failureOf(error);
    console.error(message);
    process.exit(code);
  },
);
