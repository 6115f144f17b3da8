export { datakitEvents, type DataKitOptions } from './datakit';
export { type MergeRequestNote, noteMarker, writeNote } from './gitlab';
export type { Notice, NoticeKind, Notifier, Told } from './model';
export { DELIVERY_HEADER, isSigned, sign, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature';
export { tell } from './tell';
export { webhook, type WebhookOptions } from './webhook';
