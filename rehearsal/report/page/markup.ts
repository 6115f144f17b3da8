const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** Text that is HTML already. Everything else that goes into `html` is escaped: forgetting it is not possible. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type Content = Markup | string | number | readonly Content[];

function render(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return (content as readonly Content[]).map(render).join('');
  return escapeHtml(String(content));
}

/** Tag for HTML with values; a value is escaped for text and for quoted attributes unless it is Markup. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(
    strings.map((part, i) => part + (i < values.length ? render(values[i] ?? '') : '')).join(''),
  );
}
