export * from './fields';
export { goRegexFinding } from './goRegex';
export * from './kinds';
