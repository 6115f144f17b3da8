export { DEFAULT_VERSION, releaseAddress, type GatewayApiSettings } from './settings';
export { gatewayApiProblems, gatewayApiSchema } from './settingsSchema';
