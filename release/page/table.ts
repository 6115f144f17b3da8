import { type Content, html, type Markup } from './markup';

/**
 * A table whose rows become cards on a phone: there a cell shows the label that the head cannot. The first cell names its row.
 * @param kind `numbers` are to the right, `words` to the left. Default numbers.
 */
export const table = (
  head: readonly string[],
  rows: readonly (readonly Content[])[],
  kind: 'numbers' | 'words' = 'numbers',
): Markup =>
  html`<table class="cards ${kind}">
    <thead>
      <tr>
        ${head.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([name = '', ...values]) =>
          html`<tr>
            <td>${name}</td>
            ${values.map((value, index) => html`<td data-label="${head[index + 1] ?? ''}">${value}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

/** The numbers that most readers come for: name, value and unit. */
export const tiles = (all: readonly (readonly [name: string, value: string, unit?: string])[]): Markup =>
  html`<dl class="tiles">
    ${all.map(
      ([name, value, unit]) =>
        html`<div class="tile">
          <dt>${name}</dt>
          <dd>${value}${unit ? html` <small>${unit}</small>` : ''}</dd>
        </div>`,
    )}
  </dl>`;
