import { resolve } from 'node:path';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { LiveWatch, openInBrowser, serveWatch, spanOf, viewOf, type ViewSource } from '../watch';
import { readReport } from './report';

export interface WatchOptions {
  readonly service?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether the page is opened in the browser. */
  readonly open: boolean;
  readonly guance?: string;
  readonly grafana?: string;
}

export interface WatchPlace {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

async function serve(
  source: ViewSource,
  { port, open }: WatchOptions,
  { say, signal }: WatchPlace,
): Promise<CommandResult> {
  let serving;
  try {
    serving = await serveWatch(source, { port, signal });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'something else listens there' : (code ?? (cause as Error).message);
    throw new ReleaseError(
      'error',
      `the page cannot be served on port ${port}: ${why}`,
      'leave --port out for a free one',
      { cause },
    );
  }
  say(`the page is at ${serving.url} until Ctrl-C`);
  if (open) openInBrowser(serving.url);
  await serving.ended;
  return { outcome: 'done', summary: 'the page is closed; the release goes on as it was', next: [] };
}

/** Serves a page that follows a release until the command is stopped; changes nothing. */
export function watch(ctx: ReleaseContext, options: WatchOptions, place: WatchPlace): Promise<CommandResult> {
  const { service, guance, grafana } = options;
  const live = new LiveWatch(ctx, { service, dashboards: { guance, grafana } });
  return serve({ look: () => live.look() }, options, place);
}

/** Serves a page that replays a release from its report. @throws ReleaseError (usage) where there is none */
export async function watchReport(
  options: WatchOptions & {
    readonly from?: string;
    readonly cwd: string;
    readonly stacks: readonly string[];
  },
  place: WatchPlace,
): Promise<CommandResult> {
  const { from = '', cwd, stacks, guance, grafana } = options;
  const report = await readReport(resolve(cwd, from), stacks[0] ?? '');
  const look = (at?: number) => Promise.resolve(viewOf(report, at, { guance, grafana }));
  return serve({ look, span: spanOf(report) }, options, place);
}
