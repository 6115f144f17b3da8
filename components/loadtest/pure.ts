export { jobName, labels as loadTestLabels, LOADTEST_NAME } from './names';
export { resolveLoadTestSettings, type ResolvedLoadTest } from './resolve';
export { configData as loadTestConfigData, deadlineSeconds } from './script';
export { DEFAULT_IMAGE, DEFAULT_TARGET, type LoadTestSettings } from './settings';
export { isProduction, loadTestProblems, loadTestSchema } from './settingsSchema';
