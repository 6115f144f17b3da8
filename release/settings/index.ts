export { connect, NO_SOURCE, type Surroundings } from './connect';
export type { ConvergenceConfig } from './convergenceSettings';
export { leaseName, type LockSettings } from './lockSettings';
export type { NotifySettings } from './notifySettings';
export {
  commandKeyProblems,
  readConfig,
  readReleaseStack,
  releaseOf,
  type ReleaseStack,
  type SettingsOverrides,
  type StackSettings,
} from './read';
export { type NewCanary, withCanary } from './canaryEdit';
export { findStack, plainStackName, type StackPlace, type StackWish } from './stackPlace';
export { editFile, withStep, writeStep } from './stepEdit';
