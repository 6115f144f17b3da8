import { html, type Markup } from './markup';

/** What a badge or a mark says: fulfilled, not fulfilled, not known yet, or under way. */
export type BadgeKind = 'pass' | 'fail' | 'open' | 'busy';

const shapes: Readonly<Record<BadgeKind, string>> = {
  pass: 'M4 10.5l4 4 8-9',
  fail: 'M5 5l10 10M15 5L5 15',
  open: 'M10 4v7M10 15.4v.2',
  busy: 'M4.5 10h.1M10 10h.1M15.5 10h.1',
};

/** A tick, a cross, an exclamation mark or three dots; the words beside it say the same, for those who cannot see it. */
export const mark = (kind: BadgeKind): Markup =>
  html`<svg class="mark ${kind}" viewBox="0 0 20 20" aria-hidden="true">
    <path
      d="${shapes[kind]}"
      fill="none"
      stroke="currentColor"
      stroke-width="2.4"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>`;

/** What came of the whole, in a few words. */
export const badge = (kind: BadgeKind, words: string): Markup =>
  html`<span class="badge ${kind}">${mark(kind)}${words}</span>`;

/**
 * Where a share lies against its interval: the bar is the interval, always in the middle half, the dot the share.
 * A share far outside stands at the edge.
 */
export function gauge(share: number, [lo, hi]: readonly [number, number]): Markup {
  const width = hi - lo;
  const place = width === 0 ? Math.sign(share - lo) + 0.5 : (share - lo) / width;
  const x = Math.min(82, Math.max(4, 21.5 + 43 * place));
  const inside = lo <= share && share <= hi;
  return html`<svg class="gauge" viewBox="0 0 86 14" aria-hidden="true">
    <path d="M1 7H85" stroke="var(--rule)" stroke-width="2" />
    <rect x="21.5" y="3" width="43" height="8" rx="4" fill="var(--axis)" opacity=".6" />
    <circle cx="${x.toFixed(1)}" cy="7" r="3.6" fill="var(--${inside ? 'good' : 'bad'})" />
  </svg>`;
}
