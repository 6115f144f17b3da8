export { Bookinfo, type BookinfoArgs } from './bookinfo';
export { BookinfoGateway, type BookinfoGatewayArgs } from './gateway';
export { Microservice, type MicroserviceArgs } from './microservice';
export * from './pure';
export { VersionDeployments, type VersionDeploymentsArgs } from './versionDeployments';
