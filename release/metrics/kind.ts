import type { z } from 'zod';
import type { Examples } from '../../components/validation';
import type { ErrorSettings } from './meaning/outcome';
import type { MetricSource, OwnQuery } from './model';

/** A secret that a source needs with the settings it was given. */
export interface WantedSecret {
  /** Its name among the source's secrets: the key in a `metricsKey` that holds several. */
  readonly name: string;
  /** The environment variable it is read from, where the stack has none. */
  readonly variable?: string;
  /** Whether nothing can be read without it. Default false: it is sent where there is one. */
  readonly required?: boolean;
}

/** What a source is made with besides its settings. */
export interface SourceSurroundings {
  /** By the names that it wants; those that are not there are missing. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Which requests count as errors. */
  readonly errors?: ErrorSettings;
  /** The callers' proxies as the cluster knows them, where the settings name none. */
  readonly proxies?: (port: ProxyPort) => ProxyList;
}

/** Which port of a sidecar: Envoy's admin, which is bound to loopback in a stock one, or its statistics (15090). */
export type ProxyPort = 'admin' | 'statistics';

/** Asked at each look, for callers come and go. */
export type ProxyList = (signal?: AbortSignal) => Promise<readonly string[]>;

/** One kind of source: all that the command, its schema and its reference pages know of it. */
export interface SourceKind<N extends string = string, S extends z.ZodType = z.ZodType> {
  /** Its key in the settings, and its name in reports. */
  readonly name: N;
  /** Settings with a description each; what `bookinfo:metrics` may hold under the name. */
  readonly schema: S;
  readonly examples?: Examples;
  /** What it reads and when to choose it, in a sentence or two; a part of the reference page. */
  readonly about: string;
  /** Settings that work, for the page and for messages. */
  readonly example: z.output<S>;
  /** What its secrets are, by name, for the page. */
  readonly secretNames: Readonly<Record<string, string>>;
  /** Which of them the settings ask for; the first is what a `metricsKey` of one secret holds. */
  secrets(settings: z.output<S>): readonly WantedSecret[];
  create(settings: z.output<S>, around: SourceSurroundings): MetricSource;
  /** Languages in which a stack's own queries may be asked. */
  readonly languages: readonly OwnQuery['language'][];
  /** What to look at where the source answers and has no series of the stable version; a part of doctor's remedy. */
  readonly emptyHint: string;
}

/** Keeps the type of a kind's settings between its schema and its functions. */
export const sourceKind = <const N extends string, S extends z.ZodType>(
  kind: SourceKind<N, S>,
): SourceKind<N, S> => kind;
