import type { MetricKind } from '../../../release';

/** Something that is scraped again and again. */
export interface Target {
  /** Tells targets apart, also over a restart of the collector. */
  readonly id: string;
  /** Who starts it: a file, a pod's annotation, or `kubernetesprometheus`. */
  readonly by: 'file' | 'annotation' | 'kubernetesprometheus';
  readonly url: string;
  /** Milliseconds. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The pod behind it as `namespace/name`; for a target that is no pod, the collector's source. */
  readonly owner: string;
  /** The `app` label of that pod, or empty. */
  readonly service: string;
  readonly keep: (family: string, kind: MetricKind) => boolean;
  /** Where a metric goes: the measurement, and the field in it. */
  readonly place: (name: string) => { readonly measurement: string; readonly field: string };
  readonly tags: Readonly<Record<string, string>>;
  readonly tagsIgnore: ReadonlySet<string>;
  /** Failures in a row after which it is given up; undefined for never. */
  readonly giveUpAfter?: number;
}

/** DataKit cuts a metric's name in two where no measurement is named. */
export function cutName(name: string): { measurement: string; field: string } {
  const at = name.indexOf('_', 1);
  return at < 0
    ? { measurement: name, field: name }
    : { measurement: name.slice(0, at), field: name.slice(at + 1) };
}
