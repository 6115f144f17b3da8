import { relative } from 'node:path';
import { stepName } from '../../../components/canary/pure';
import { readReleaseStack, withStep, type ReleaseStack } from '../../settings';
import { commitFile, projectOf, readBranchFile } from './api';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Names the step in the stack's config file on the default branch that a command has just named in this checkout, so that
 * Git and the cluster agree.
 *
 * What is changed is the file as the branch has it by now: others may have merged since.
 * @returns What was done or why it was not, in a sentence. It decides nothing else.
 */
export async function recordStep(place: ReleaseStack, service: string, env: Env): Promise<string> {
  const { configFile, projectDir, project: key, stack } = place;
  const step = readReleaseStack(place).steps[service]!;
  const [branch, now] = [env['CI_DEFAULT_BRANCH'], env['CI_COMMIT_BRANCH']];
  const path = relative(projectDir, configFile);
  const manual = `name step ${stepName(step)} in ${path} yourself`;
  if (branch === undefined || branch !== now) return `not on the default branch; ${manual}`;
  const gitlab = projectOf(env);
  if ('missing' in gitlab) return `${gitlab.missing}; ${manual}`;
  try {
    const { text, lastCommit } = await readBranchFile(gitlab, branch, path);
    const named = withStep(text, key, service, step, configFile);
    if (named === text) return `${path} on ${branch} names step ${stepName(step)} already`;
    const message = `release: ${service} on ${stack} is at step ${stepName(step)} [skip ci]`;
    await commitFile(gitlab, { branch, path, text: named, lastCommit, message });
    return `${path} on ${branch} names step ${stepName(step)} now`;
  } catch (thrown) {
    return `${path} could not be committed: ${(thrown as Error).message.split('\n')[0]}; ${manual}`;
  }
}
