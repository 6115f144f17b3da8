export { LiveWatch } from './live';
export { openInBrowser } from './open';
export { spanOf, viewOf } from './replay';
export { serveWatch, type Serving, type ViewSource } from './server';
export type { WatchView } from './view';
