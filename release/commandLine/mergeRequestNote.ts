import type { CommandSecretKey } from '../../components/canary/pure';
import { writeNote } from '../notify';
import type { ReleaseStack } from '../settings';

type Env = Readonly<Record<string, string | undefined>>;

/** What the note is about; each has one note of its own on the merge request. */
export type NoteSubject = 'preview' | 'release';

/**
 * Writes a text as a note on the merge request whose pipeline this is; does nothing where the stack does not ask for it or
 * there is no merge request.
 * @returns Why it could not, in a sentence; undefined when it did or had nothing to do. It decides nothing else.
 */
export async function noteOnMergeRequest(
  stack: ReleaseStack,
  service: string,
  about: NoteSubject,
  markdown: string,
  around: {
    readonly env: Env;
    readonly secrets: Readonly<Partial<Record<CommandSecretKey, string | Error>>>;
    readonly signal?: AbortSignal;
  },
): Promise<string | undefined> {
  const { env, secrets, signal } = around;
  const { gitlab } = stack.settings.notify;
  const mergeRequest = env['CI_MERGE_REQUEST_IID'];
  if (gitlab === undefined || mergeRequest === undefined) return undefined;
  const [apiUrl, project] = [env['CI_API_V4_URL'], env['CI_PROJECT_ID']];
  const own = secrets.gitlabToken;
  if (own instanceof Error) return `no note on the merge request: ${own.message}`;
  const token = own ?? env[gitlab.tokenVariable];
  if (apiUrl === undefined || project === undefined || (token ?? '') === '') {
    const missing = token ? 'CI_API_V4_URL or CI_PROJECT_ID' : gitlab.tokenVariable;
    return `no note on the merge request: ${missing} is not set`;
  }
  try {
    const key = `${about}:${stack.stack}:${service}`;
    await writeNote({ apiUrl, project, mergeRequest, token: token!, key }, markdown, signal);
    return undefined;
  } catch (thrown) {
    return `no note on the merge request: ${(thrown as Error).message}`;
  }
}
