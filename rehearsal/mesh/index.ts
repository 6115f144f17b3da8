export * from './envoy-index';
export { Mesh } from './mesh';
