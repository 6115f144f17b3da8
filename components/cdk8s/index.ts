export * from './pure';
export { Cdk8sChart, type Cdk8sChartArgs } from './cdk8sChart';
export { KubernetesObject } from './kubernetesObject';
