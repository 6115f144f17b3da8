/** What every page of ours is made of: markup that cannot forget to escape, one style, one palette, tables, drawings. */
export { along, grid, labelled, overTime, text, valueAxis } from './axes';
export { document } from './document';
export { drawer, type Draw, type Frame } from './drawing';
export { figure, type LegendEntry } from './figure';
export { badge, type BadgeKind, gauge, mark } from './icons';
export { type Content, escapeHtml, html, Markup } from './markup';
export { type ColourName, ink, versionColour } from './palette';
export { table, tiles } from './table';
