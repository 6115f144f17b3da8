export { renderHtml } from './html';
export {
  allRollbacks,
  weightSteps,
  type Rates,
  type PlayedWorkload,
  type Report,
  type RollbackResult,
  type StepResult,
  type SupersedeResult,
  type TimelineEvent,
} from './model';
export type { ScrapedShare } from './observability';
export { parseReport } from './parse';
export { renderTerminal } from './terminal';
export { verdict, type Check } from './verdict';
export { writeReport } from './write';
