export { mountedFiles } from './mounted-files';
export { findNginx, NginxProcess, type NginxOptions } from './nginx';
export { loadPages, rehearsalEdge, type EdgePages } from './pages';
