/**
 * Colours by name, light and dark. A plot is drawn once, with the light colour; in the drawing each is replaced by a CSS
 * variable, so that the page can turn dark by its style alone. So every light value is unique, lower case, and used nowhere else.
 *
 * The series colours are told apart by people with any of the common colour blindnesses, and by lightness.
 */
const drawn = {
  card: ['#fefefe', '#181f29'],
  ink: ['#1d2733', '#e6ebf2'],
  soft: ['#5b6878', '#9aa7b8'],
  rule: ['#e3e8ee', '#2a3442'],
  axis: ['#c2cad4', '#435063'],
  band: ['#eef2f7', '#222c3a'],
  stable: ['#4a78b5', '#6f9cd8'],
  canary: ['#e08a1e', '#f0a848'],
  third: ['#7a5ea8', '#a78bd6'],
  fourth: ['#2f8f83', '#58b9ac'],
  failure: ['#c8384f', '#f0697d'],
  neutral: ['#a3aebb', '#6d7a8c'],
} as const;

/** Of the page around the drawings. */
const around = {
  paper: ['#f6f8fa', '#10151c'],
  good: ['#1c7a4a', '#63cd97'],
  'good-soft': ['#e3f3ea', '#173526'],
  warn: ['#8a5a00', '#efc26b'],
  'warn-soft': ['#fbf0d9', '#3a2e12'],
  bad: ['#b3263c', '#f58a9a'],
  'bad-soft': ['#fbe6e9', '#40202a'],
} as const;

const colours = { ...drawn, ...around };

export type ColourName = keyof typeof drawn;

/** The colour as a drawing library takes it. */
export const ink = (name: ColourName): string => drawn[name][0];

const seriesColours = ['stable', 'canary', 'third', 'fourth'] as const;

/** The colour of the n-th version in order of names. */
export const versionColour = (index: number): ColourName =>
  seriesColours[index % seriesColours.length] ?? 'neutral';

/** CSS declarations of all colours for one scheme. */
export const colourVariables = (scheme: 'light' | 'dark'): string =>
  Object.entries(colours)
    .map(([name, pair]) => `--${name}:${pair[scheme === 'light' ? 0 : 1]};`)
    .join('');

/** Replaces drawn colours by their variables. */
export const toVariables = (svg: string): string =>
  Object.entries(drawn).reduce(
    (text, [name, [light]]) => text.replaceAll(`"${light}"`, `"var(--${name})"`),
    svg,
  );
