import type { EChartsOption } from 'echarts';
import { Markup } from './markup';
import { toVariables } from './palette';

/** A drawing at two widths: one plot scaled down to a phone would have letters that nobody can read. */
export interface Plot {
  readonly wide: Markup;
  readonly narrow: Markup;
}

/** What a plot may know of the room it is drawn in. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
}

export type Draw = (option: (frame: Frame) => EChartsOption, height: number) => Plot;

/**
 * Makes a drawing part of a page: no script hooks, no style rules, no namespace addresses, ids of its own.
 * The text inside is encoded by the library, so a quoted attribute can only be an attribute.
 */
function inline(svg: string, prefix: string): string {
  const clean = svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:xmlns(?::\w+)?|ecmeta_\w+|class|version|baseProfile|pointer-events)="[^"]*"/g, '')
    .replace(/\b(id="|url\(#)zr\d+-/g, `$1${prefix}-`)
    .replace(/<svg width="[^"]*" height="[^"]*"/, '<svg aria-hidden="true" focusable="false"')
    .replace(/\n+/g, '\n');
  return toVariables(clean);
}

const WIDE = 960;
const NARROW = 400;

/** Loads the plot library, which is large: only whoever writes a page waits for it. */
export async function drawer(): Promise<Draw> {
  const echarts = await import('echarts');
  let drawn = 0;
  const draw = (option: EChartsOption, { width, height }: Frame): Markup => {
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      chart.setOption({ animation: false, ...option });
      return new Markup(inline(chart.renderToSVGString(), `plot${++drawn}`));
    } finally {
      chart.dispose();
    }
  };
  return (option, height) => {
    const wide = { width: WIDE, height, narrow: false };
    const narrow = { width: NARROW, height, narrow: true };
    // Drawn when it is read: a page may show only one of the two.
    return {
      get wide() {
        return draw(option(wide), wide);
      },
      get narrow() {
        return draw(option(narrow), narrow);
      },
    };
  };
}
