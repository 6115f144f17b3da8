export { connect, NO_SOURCE, type Surroundings } from './connect';
export { programFolder, readProviderSettings, type DecryptedConfig } from './providerSettings';
export {
  commandKeyProblems,
  readConfig,
  readReleaseStack,
  releaseOf,
  type ReleaseStack,
  type SettingsOverrides,
} from './read';
export { type NewCanary, withCanary } from './canaryEdit';
export { findStack, findStacks, plainStackName, type StackPlace } from './stackPlace';
export { withRoutingKey, writeRouting } from './routingEdit';
export { editFile, withStep, writeStep } from './stepEdit';
