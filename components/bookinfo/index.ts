export { Bookinfo, type BookinfoArgs } from './bookinfo';
export { declareDeployments, type DeploymentsArgs } from './deployments';
export { BookinfoGateway, type BookinfoGatewayArgs } from './gateway';
export { Microservice, type MicroserviceArgs } from './microservice';
export * from './pure';
