import { html, type Markup } from './markup';
import type { ColourName } from './palette';
import type { Plot } from './drawing';

export interface LegendEntry {
  readonly name: string;
  readonly colour: ColourName;
  readonly shape?: 'line' | 'dash';
}

/** A legend outside of the drawing wraps like text on any width. */
function legend(entries: readonly LegendEntry[]): Markup {
  return html`<div class="legend">
    ${entries.map(
      ({ name, colour, shape }) =>
        html`<span><i${shape ? html` class="${shape}"` : ''} style="--c:var(--${colour})"></i>${name}</span>`,
    )}
  </div>`;
}

export interface FigureArgs {
  /** What links point at. Default: nothing does. */
  readonly id?: string;
  readonly title: string;
  readonly note?: string;
  /** What the colours stand for. Default: the drawing says it itself. */
  readonly keys?: readonly LegendEntry[];
  readonly plot: Plot;
  /** One drawing, of a phone's width, at any width: for several beside each other. Default false. */
  readonly compact?: boolean;
}

/** A drawing for wide screens and one for narrow ones, with what they show. */
export function figure({ id, title, note, keys = [], plot, compact = false }: FigureArgs): Markup {
  const shown = (width: string, drawing: Markup) =>
    html`<div class="${width}" role="img" aria-label="${title}">${drawing}</div>`;
  return html`<figure${id === undefined ? '' : html` id="${id}"`} class="plot">
    <figcaption>
      <h3>${title}</h3>
      ${keys.length > 0 ? legend(keys) : ''}
      ${note === undefined ? '' : html`<p>${note}</p>`}
    </figcaption>
    ${compact ? shown('compact', plot.narrow) : [shown('wide', plot.wide), shown('narrow', plot.narrow)]}
  </figure>`;
}
