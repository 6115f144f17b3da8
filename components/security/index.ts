export { MeshSecurity, type MeshSecurityArgs } from './meshSecurity';
export * from './pure';
