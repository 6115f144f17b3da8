import { z } from 'zod';
import { askGitLab, type GitLabProject, HttpFailure, type HttpPolicy, type HttpRequest } from '../http';

export interface MergeRequestNote extends GitLabProject {
  /** `CI_MERGE_REQUEST_IID`. */
  readonly mergeRequest: string;
  /** Tells this note from others on the merge request: the stack and the service. */
  readonly key: string;
  readonly http?: HttpPolicy;
}

const notesSchema = z.array(z.object({ id: z.number(), body: z.string(), system: z.boolean().optional() }));

/** A hundred notes a page: enough for the longest discussion that anybody reads. */
const MOST_PAGES = 20;
/** Creating is not tried again blindly, for the first try may have worked; it is looked for again instead. */
const ROUNDS = 3;

/** What the note is found by; it does not show. A key cannot end the comment. */
export const noteMarker = (key: string): string =>
  `<!-- release-report:${key.replace(/[^\w./-]/g, '_').replace(/--+/g, '-')} -->`;

/**
 * Writes a Markdown text as the one note of its key on a merge request: updated where it is there, created where not.
 * @throws HttpFailure when GitLab cannot be reached or refuses
 */
export async function writeNote(
  options: MergeRequestNote,
  markdown: string,
  signal?: AbortSignal,
): Promise<'created' | 'updated'> {
  const marker = noteMarker(options.key);
  const notes = `merge_requests/${encodeURIComponent(options.mergeRequest)}/notes`;
  const call = (path: string, part?: Pick<HttpRequest, 'method' | 'body'>, policy?: HttpPolicy) =>
    askGitLab(options, path, part, { ...options.http, ...policy }, signal);

  const find = async (): Promise<number | undefined> => {
    for (let page = 1; page <= MOST_PAGES; page++) {
      const answer = await call(`${notes}?per_page=100&page=${page}&order_by=created_at&sort=desc`);
      const list = notesSchema.safeParse(parsed(answer.text));
      if (!list.success)
        throw new HttpFailure('unreachable', 'GitLab sent something else than a list of notes');
      const found = list.data.find((note) => note.system !== true && note.body.startsWith(marker));
      if (found !== undefined) return found.id;
      if (list.data.length < 100) return undefined;
    }
    return undefined;
  };

  const body = JSON.stringify({ body: `${marker}\n${markdown}` });
  for (let round = 1; ; round++) {
    const id = await find();
    if (id !== undefined) {
      await call(`${notes}/${id}`, { method: 'PUT', body });
      return 'updated';
    }
    try {
      await call(notes, { method: 'POST', body }, { retries: 0 });
      return 'created';
    } catch (cause) {
      if (!(cause instanceof HttpFailure) || !cause.passing || round === ROUNDS) throw cause;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
