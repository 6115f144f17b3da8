import { SCRIPT_PATH, type EdgeSettings } from '../../components/edge/pure';

/** The edge of a rehearsal. No browser visits it there, so the address it names is never asked. */
export const rehearsalEdge: EdgeSettings = {
  rum: { applicationId: 'bookinfo_rehearsal', datakitOrigin: 'http://datakit-service.datakit:9529' },
  replicas: 1,
};

export interface EdgePages {
  /** Pages that came. An answer that is no page has nothing that the snippet could be put into. */
  readonly pages: number;
  /** Those that carry the snippet, once, and whose script starts the monitoring with the configured application. */
  readonly withSnippet: number;
}

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

/** Whether the script that the pages name is there and says who reports. */
async function scriptIsServed(origin: string, { rum }: EdgeSettings): Promise<boolean> {
  const answer = await fetch(`${origin}${SCRIPT_PATH}`);
  return answer.ok && (await answer.text()).includes(JSON.stringify(rum.applicationId));
}

/**
 * Loads productpage through the edge and the gateway behind it, and looks for the snippet in what comes.
 * @param origin Where the edge answers, without a path.
 * @param count How often productpage is asked for.
 * @throws when the edge cannot be reached
 */
export async function loadPages(
  origin: string,
  count: number,
  settings: EdgeSettings = rehearsalEdge,
): Promise<EdgePages> {
  const served = await scriptIsServed(origin, settings);
  let [pages, withSnippet] = [0, 0];
  for (let asked = 0; asked < count; asked += 1) {
    const answer = await fetch(`${origin}/productpage`);
    const html = await answer.text();
    if (!answer.ok) continue;
    pages += 1;
    if (served && occurrences(html, `src="${SCRIPT_PATH}"`) === 1) withSnippet += 1;
  }
  return { pages, withSnippet };
}
