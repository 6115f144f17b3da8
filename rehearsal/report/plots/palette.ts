/**
 * Colours of the plots. A plot is drawn once, with the light colour; in the drawing each is replaced by a CSS variable,
 * so that the page can turn dark by its style alone. So every value is unique, lower case, and used nowhere else.
 *
 * The series colours are told apart by people with any of the common colour blindnesses, and by lightness.
 */
const colours = {
  card: { light: '#fefefe', dark: '#181f29' },
  ink: { light: '#1d2733', dark: '#e6ebf2' },
  soft: { light: '#5b6878', dark: '#9aa7b8' },
  rule: { light: '#e3e8ee', dark: '#2a3442' },
  axis: { light: '#c2cad4', dark: '#435063' },
  band: { light: '#eef2f7', dark: '#222c3a' },
  stable: { light: '#4a78b5', dark: '#6f9cd8' },
  canary: { light: '#e08a1e', dark: '#f0a848' },
  third: { light: '#7a5ea8', dark: '#a78bd6' },
  fourth: { light: '#2f8f83', dark: '#58b9ac' },
  failure: { light: '#c8384f', dark: '#f0697d' },
  neutral: { light: '#a3aebb', dark: '#6d7a8c' },
} as const;

export type ColourName = keyof typeof colours;

/** The colour as a drawing library takes it. */
export function ink(name: ColourName): string {
  return colours[name].light;
}

const seriesColours = ['stable', 'canary', 'third', 'fourth'] as const;

/** The colour of the n-th version in order of names. */
export function versionColour(index: number): ColourName {
  return seriesColours[index % seriesColours.length] ?? 'neutral';
}

/** CSS declarations of all colours for one scheme. */
export function colourVariables(scheme: 'light' | 'dark'): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value[scheme]};`)
    .join('');
}

/** Replaces drawn colours by their variables. */
export function toVariables(svg: string): string {
  return Object.entries(colours).reduce(
    (text, [name, { light }]) => text.replaceAll(`"${light}"`, `"var(--${name})"`),
    svg,
  );
}
