import { html, Markup } from './markup';
import { style } from './style';

/** What a page that holds everything may do: be drawn. */
const STATIC_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export interface DocumentArgs {
  readonly title: string;
  readonly body: Markup;
  /** Rules in addition to those of every page. */
  readonly moreStyle?: string;
  /** A page that is served has its policy in a header, and a script. Default: a page for a file, with neither. */
  readonly served?: { readonly script: string };
}

/**
 * A whole page. One for a file holds everything: no script, nothing loaded from anywhere, drawings inline. The content policy
 * in it makes a browser keep to that, whatever text the page carries.
 */
export function document({ title, body, moreStyle = '', served }: DocumentArgs): string {
  const policy = html`<meta http-equiv="Content-Security-Policy" content="${new Markup(STATIC_POLICY)}" />`;
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${served === undefined ? policy : html`<link rel="icon" href="data:," />`}
        <title>${title}</title>
        <style>
          ${new Markup(style + moreStyle)}
        </style>
        ${served === undefined ? '' : html`<script src="${served.script}" defer></script>`}
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return `${text.trim()}\n`;
}
