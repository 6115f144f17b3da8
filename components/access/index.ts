export { Access, type AccessArgs } from './access';
export * from './pure';
