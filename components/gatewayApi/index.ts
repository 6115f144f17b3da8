export * from './pure';
export { GatewayApi, type GatewayApiArgs } from './gatewayApi';
