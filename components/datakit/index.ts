export { DataKit, type DataKitArgs } from './datakit';
export * from './pure';
