export { edgeChart } from './chart';
export { Edge, type EdgeArgs } from './edge';
export * from './pure';
