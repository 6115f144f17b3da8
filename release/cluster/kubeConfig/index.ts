export { clusterChoice, loadKubeConfig, type ClusterChoice } from './load';
export type { ProviderSettings } from './sources';
