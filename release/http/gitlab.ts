import { type HttpAnswer, type HttpPolicy, type HttpRequest, send } from './send';

/** A project of a GitLab that may be asked. */
export interface GitLabProject {
  /** `CI_API_V4_URL`: `https://gitlab.example.com/api/v4`. */
  readonly apiUrl: string;
  /** `CI_PROJECT_ID`, or the path. */
  readonly project: string;
  /** A project access token with the `api` scope; a job's own token may neither write notes nor cancel jobs. */
  readonly token: string;
}

/**
 * Asks GitLab's API about a project.
 * @param path After the project's address, such as `jobs/7`.
 * @throws HttpFailure when GitLab cannot be reached or refuses
 */
export const askGitLab = (
  { apiUrl, project, token }: GitLabProject,
  path: string,
  request: Pick<HttpRequest, 'method' | 'body'> = {},
  policy?: HttpPolicy,
  signal?: AbortSignal,
): Promise<HttpAnswer> =>
  send(
    {
      ...request,
      url: `${apiUrl.replace(/\/+$/, '')}/projects/${encodeURIComponent(project)}/${path}`,
      headers: { 'PRIVATE-TOKEN': token, 'content-type': 'application/json' },
      secrets: [token],
    },
    policy,
    signal,
  );
