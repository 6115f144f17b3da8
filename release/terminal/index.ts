export { endingLines, endingOf, endingOfError, type Ending } from './outcome';
export { presenter, type Presenter, type Sink, type Streams } from './presenter';
export type { OutputMode, OutputWish } from './mode';
export { styleOf, type Style } from './style';
export { bothEnds, padEnd, padStart, plainText, shorten, widthOf, wrap } from './text';
export { diagnosticLines, isChatter, isWorthTelling, opSign, spell } from './words';
