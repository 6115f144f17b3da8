export { Microservices, type MicroservicesArgs } from './microservices';
export { declareDeployments, type DeploymentsArgs } from './deployments';
export { ApplicationGateway, type ApplicationGatewayArgs } from './gateway';
export { Microservice, type MicroserviceArgs } from './microservice';
export * from './pure';
