import { ProblemLog } from './problems';
import { SeriesStore } from './series/store';
import { SpanStore, type SpanStoreOptions } from './spans/store';

/** Where DataKit's data end up: the centre, which outlives every pod of DataKit. */
export class Workspace {
  readonly spans: SpanStore;
  readonly series = new SeriesStore();
  readonly problems = new ProblemLog();
  /** Posts that were taken in, by path. */
  readonly posts = new Map<string, number>();

  constructor(options: SpanStoreOptions = {}) {
    this.spans = new SpanStore(options);
  }

  count(path: string): void {
    this.posts.set(path, (this.posts.get(path) ?? 0) + 1);
  }
}
