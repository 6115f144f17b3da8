export { gateReport } from './fromBake';
export { renderReleaseHtml } from './html';
export { escapeMarkdown, renderMarkdown } from './markdown';
export {
  parseReleaseReport,
  type ReleaseReport,
  releaseReportSchema,
  type ReportGate,
  type ReportStep,
} from './model';
export { writeReleaseReport, type WrittenReleaseReport } from './write';
