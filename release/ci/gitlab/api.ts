import { z } from 'zod';
import { askGitLab, type GitLabProject, HttpFailure } from '../../http';

type Env = Readonly<Record<string, string | undefined>>;

/** The variable with a project access token with the `api` scope; a job's own token may neither write notes nor cancel jobs. */
export const TOKEN_VARIABLE = 'GITLAB_TOKEN';

/** The project whose pipeline this is, by GitLab's variables; why it cannot be asked, where it cannot. */
export function projectOf(env: Env): GitLabProject | { readonly missing: string } {
  const [apiUrl, project, token] = [env['CI_API_V4_URL'], env['CI_PROJECT_ID'], env[TOKEN_VARIABLE]];
  if (!apiUrl || !project) return { missing: 'CI_API_V4_URL or CI_PROJECT_ID is not set' };
  return token ? { apiUrl, project, token } : { missing: `${TOKEN_VARIABLE} is not set` };
}

const jobSchema = z
  .object({
    status: z.string(),
    pipeline: z.object({ id: z.number() }),
    finished_at: z.iso.datetime({ offset: true }).nullish(),
  })
  .transform(({ status, pipeline, finished_at }) => ({
    status,
    pipeline: String(pipeline.id),
    ...(finished_at ? { finishedAt: Date.parse(finished_at) } : {}),
  }));

/** What a job is at: `running`, `success`, `canceled` and others. */
export type GitLabJob = z.output<typeof jobSchema>;

/** A job of the project; undefined where there is no such job. */
export async function readJob(project: GitLabProject, job: string): Promise<GitLabJob | undefined> {
  try {
    const { text } = await askGitLab(project, `jobs/${encodeURIComponent(job)}`);
    return jobSchema.parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof HttpFailure && cause.status === 404) return undefined;
    throw cause;
  }
}

/** Asks for a job to be stopped. Its runner sends it a signal, upon which a release stops in order. */
export async function cancelJob(project: GitLabProject, job: string): Promise<void> {
  await askGitLab(project, `jobs/${encodeURIComponent(job)}/cancel`, { method: 'POST' });
}

const fileSchema = z.object({ content: z.string(), last_commit_id: z.string() });

/** A file of a branch as it is now, with what tells whether somebody else has changed it since. */
export async function readBranchFile(
  project: GitLabProject,
  branch: string,
  path: string,
): Promise<{ readonly text: string; readonly lastCommit: string }> {
  const { text } = await askGitLab(
    project,
    `repository/files/${encodeURIComponent(path)}?ref=${encodeURIComponent(branch)}`,
  );
  const { content, last_commit_id } = fileSchema.parse(JSON.parse(text));
  return { text: Buffer.from(content, 'base64').toString('utf8'), lastCommit: last_commit_id };
}

/** Commits one file to a branch. GitLab refuses it where the file has changed since `lastCommit`. */
export async function commitFile(
  project: GitLabProject,
  commit: {
    readonly branch: string;
    readonly path: string;
    readonly text: string;
    readonly lastCommit: string;
    readonly message: string;
  },
): Promise<void> {
  const { branch, path, text, lastCommit, message } = commit;
  await askGitLab(project, `repository/files/${encodeURIComponent(path)}`, {
    method: 'PUT',
    body: JSON.stringify({ branch, content: text, commit_message: message, last_commit_id: lastCommit }),
  });
}
