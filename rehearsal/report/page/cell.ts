import { html, type Markup } from '../../../release';

/** A cell of a table whose rows become cards on a phone; the card shows the label that the head can't. */
export function cell(label: string, value: Markup | string): Markup {
  return html`<td data-label="${label}">${value}</td>`;
}
