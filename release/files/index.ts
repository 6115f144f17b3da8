export { replaceFile } from './replaceFile';
export { UnnamedFile } from './unnamedFile';
