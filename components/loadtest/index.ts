export { loadTestChart } from './chart';
export { LoadTest, type LoadTestArgs } from './loadTest';
export * from './pure';
