export { type Tls } from './dispatcher';
export { askGitLab, type GitLabProject } from './gitlab';
export { HttpFailure } from './failure';
export { conceal, isLoopback, isSafe, shownAddress } from './secrets';
export { send, type HttpPolicy, type HttpRequest } from './send';
