export { gateReport } from './fromBake';
export { renderReleaseHtml } from './html';
export { escapeMarkdown, renderMarkdown } from './markdown';
export { parseReleaseReport, type ReleaseReport } from './model';
export { writeReleaseReport } from './write';
