import { inspect } from 'node:util';
import { Command } from 'commander';
import { ProblemsError } from '../../components/validation';
import type { RenderOptions } from './render';

const EXIT_UNEXPECTED = 1;
const EXIT_USAGE = 2;

const description = `Prints every Kubernetes object that the program would declare, as YAML, in the order they are applied in.

It runs the program itself, with neither engine nor cluster, so the objects are those of pulumi up. It knows nothing of
what is applied: it prints any step of a release, and does not check whether the move to it is legal; pulumi preview does.
Values that are stored as secrets are printed as [secret].`;

function command(root: string): Command {
  return new Command('render')
    .description(description)
    .requiredOption('--stack <name>', 'the stack to print')
    .option(
      '--step <step>',
      'the step of the release to print: baseline, a weight, finished (default: as configured)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  npm run --silent render -- --stack prod --step 10\n  npm run --silent render -- --stack prod | kubectl diff -f -',
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE))
    .action(async (options: RenderOptions) => {
      // The program and the SDK are loaded once it is known what is asked: help and refusals come at once.
      const { render } = await import('./render');
      const text = await render(root, options);
      await new Promise<void>((resolve, reject) =>
        process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
      );
    });
}

/**
 * The command `render`.
 *
 * @param root The folder of Pulumi.yaml.
 */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  try {
    await command(root).parseAsync([...argv], { from: 'user' });
    process.exitCode = 0;
  } catch (error) {
    const { RunError } = await import('@pulumi/pulumi');
    const expected = error instanceof ProblemsError || RunError.isInstance(error);
    process.stderr.write(`${expected ? error.message : inspect(error)}\n`);
    process.exitCode = expected ? EXIT_USAGE : EXIT_UNEXPECTED;
  }
}
