export { Canary, type CanaryArgs } from './canary';
