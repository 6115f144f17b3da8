export { dispatcherTo, type Tls } from './dispatcher';
export { HttpFailure, type HttpFailureKind } from './failure';
export { CONCEALED, conceal, isLoopback, shownAddress } from './secrets';
export { send, type HttpAnswer, type HttpPolicy, type HttpRequest } from './send';
