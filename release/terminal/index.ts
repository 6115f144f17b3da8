export { endingLines, endingOf, endingOfError, type Ending } from './outcome';
export { presenter, type Presenter, type Sink } from './presenter';
export { styleOf, type Style } from './style';
export { bothEnds, padEnd, plainText, shorten, widthOf, wrap } from './text';
export { diagnosticLines, isChatter, opSign, spell } from './words';
