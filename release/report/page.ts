import { html, Markup } from './markup';

/**
 * A page that holds everything: no script, nothing loaded from anywhere, drawings inline. The content policy in it makes a
 * browser keep to that, whatever text the page carries.
 */
export function page(title: string, style: string, body: Markup): string {
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return `${text.trim()}\n`;
}
