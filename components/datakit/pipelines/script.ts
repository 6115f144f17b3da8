/**
 * One step of a pipeline, DataKit's way to take a line of log apart.
 *
 * Steps are data, so that they can be checked, tested without DataKit and read by others. `_` is the line itself.
 */
export type Step = AddPattern | Grok | Json | Rename | SetTag | Cast | GroupBetween | DropKey | DefaultTime;

/** Names an expression for later `grok` steps. It must come before them, and cannot replace a name that is known. */
interface AddPattern {
  readonly do: 'addPattern';
  readonly name: string;
  readonly pattern: string;
}

/** Takes fields out of a text where the pattern matches, `%{PATTERN:field:type}`; else changes nothing. */
interface Grok {
  readonly do: 'grok';
  /** `_` or a field. */
  readonly input: string;
  readonly pattern: string;
  /** What else to do with a line that matches. */
  readonly then?: readonly Step[];
  /** What to do with one that does not. */
  readonly otherwise?: readonly Step[];
}

/** Takes one value out of JSON; a line that is none, a missing key and `null` change nothing. */
interface Json {
  readonly do: 'json';
  readonly input: string;
  /** Key in the JSON, with dots for keys below. */
  readonly path: string;
  /** Name of the field. Default: the path. */
  readonly as?: string;
}

interface Rename {
  readonly do: 'rename';
  readonly from: string;
  readonly to: string;
}

/** Makes a field a tag. DataKit makes an EMPTY tag of a field that is not there, so use it only where it is. */
interface SetTag {
  readonly do: 'setTag';
  readonly key: string;
}

interface Cast {
  readonly do: 'cast';
  readonly key: string;
  readonly type: 'str' | 'float' | 'int' | 'bool';
}

/** Sets `as` to a text where a number lies within limits, both included. */
interface GroupBetween {
  readonly do: 'groupBetween';
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly as: string;
}

interface DropKey {
  readonly do: 'dropKey';
  readonly key: string;
}

/** Takes the time of the line from a field. */
interface DefaultTime {
  readonly do: 'defaultTime';
  readonly key: string;
  /** The zone of a text that names none, such as `+8`. Default: that of DataKit's container, UTC as a rule. */
  readonly timezone?: string;
}

/** A script. Its name is what a log configuration asks for, `<name>.p`. */
export interface Pipeline {
  readonly steps: readonly Step[];
}
