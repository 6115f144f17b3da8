export { clusterChoice, loadKubeConfig, type ClusterChoice } from './load';
export type { ChoosingPlace, ProviderSettings } from './sources';
