export { datakitEvents } from './datakit';
export { noteMarker, writeNote } from './gitlab';
export type { Notice, Notifier } from './model';
export { isSigned, sign } from './signature';
export { tell } from './tell';
export { webhook } from './webhook';
