import { stepName, type Step } from '../../components/canary/pure';

/** What the commands are written for. */
export interface PlainPlace {
  readonly project: string;
  readonly stack: string;
  /** The stack's config file, where it is not the project's own one. */
  readonly configFile?: string;
  /** Set where the config has a map of steps, one for each service. */
  readonly stepOf?: string;
  /** The policy pack, as it is named on a command line. */
  readonly policyPack: string;
}

/** A word for a shell, quoted only where it has to be. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The plain commands that take a step as the release command does, but for its gate. */
export function plainCommands(place: PlainPlace, step: Step, message: string): readonly string[] {
  const { project, stack, configFile, stepOf, policyPack } = place;
  const where = ['--stack', stack, ...(configFile === undefined ? [] : ['--config-file', configFile])];
  const key = stepOf === undefined ? [`${project}:step`] : ['--path', `${project}:step.${stepOf}`];
  const commands = [
    ['pulumi', 'config', 'set', ...key, stepName(step), ...where],
    ['pulumi', 'preview', ...where, '--policy-pack', policyPack, '--save-plan', 'step.json'],
    ['pulumi', 'up', ...where, '--plan', 'step.json', '--yes', '--message', message],
  ];
  return commands.map((words) => words.map(shellWord).join(' '));
}
