import pc from 'picocolors';

/** How things look on this terminal: colours that may be off, and signs that its font surely has. */
export interface Style {
  readonly colours: ReturnType<typeof pc.createColors>;
  readonly done: string;
  readonly failed: string;
  readonly warning: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly spinner: readonly string[];
}

export function styleOf(options: { readonly colour: boolean; readonly unicode: boolean }): Style {
  const colours = pc.createColors(options.colour);
  return options.unicode
    ? {
        colours,
        done: '✔',
        failed: '✖',
        warning: '⚠',
        arrow: '→',
        ellipsis: '…',
        spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
      }
    : {
        colours,
        done: '+',
        failed: 'x',
        warning: '!',
        arrow: '->',
        ellipsis: '...',
        spinner: ['|', '/', '-', '\\'],
      };
}

/** A step from one to another; an update that takes no step has the same on both sides. */
export const moveText = (style: Style, from: string, to: string): string =>
  from === to ? to : `${from} ${style.arrow} ${to}`;
