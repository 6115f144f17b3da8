export { identityOf, type Identity } from './identity';
export { StandIn, type StandInOptions } from './standin';
