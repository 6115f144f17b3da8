export { replaceFile } from './replaceFile';
