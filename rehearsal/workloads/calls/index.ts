export { Caller } from './caller';
export { proxyDial, type Dial, type Way } from './dial';
