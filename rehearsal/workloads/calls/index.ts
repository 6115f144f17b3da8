export { Caller } from './caller';
export { proxyDial, type Dial } from './dial';
