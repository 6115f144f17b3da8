export { ReceivedMetrics } from './received';
