export { type Tls } from './dispatcher';
export { HttpFailure } from './failure';
export { conceal, isLoopback, isSafe, shownAddress } from './secrets';
export { send, type HttpAnswer, type HttpPolicy, type HttpRequest } from './send';
