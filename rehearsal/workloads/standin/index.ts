export { StandIn } from './standin';
