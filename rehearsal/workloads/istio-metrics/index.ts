export { bounds } from './histogram';
export { ReceivedMetrics } from './received';
