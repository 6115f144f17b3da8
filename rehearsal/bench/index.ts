export { bench } from './bench';
export type { Bench } from './model';
export { renderTerminal } from './report/terminal';
export { writeBench } from './report/write';
