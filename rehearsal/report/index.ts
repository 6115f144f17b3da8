export { renderHtml } from './html';
export {
  allRollbacks,
  CANARY,
  reportSchema,
  STABLE,
  versionsOf,
  weightSteps,
  type Rates,
  type RateWindow,
  type PlayedWorkload,
  type Report,
  type RollbackResult,
  type StepResult,
  type SupersedeResult,
  type TimelineEvent,
} from './model';
export type { EdgeFigures, PlatformFigures, Scraped, ScrapedShare, Traces } from './observability';
export { parseReport } from './parse';
export { renderTerminal, type TerminalOptions } from './terminal';
export { verdict, type Check, type Verdict } from './verdict';
export { writeReport, type WrittenReport } from './write';
