import {
  file,
  flag,
  fraction,
  list,
  map,
  optional,
  regex,
  required,
  table,
  tags,
  whole,
  type Fields,
  type Kind,
} from '../table';

/** Which traces are kept. */
export interface SamplerSettings {
  /** Share of traces kept, 0 to 1. DataKit samples after the sidecar has: two rates multiply. */
  readonly samplingRate: number;
}

/** How many requests are handled at a time. */
export interface ThreadSettings {
  /** Requests that wait for a thread. Default 100. */
  readonly buffer: number;
  /** Threads in all. Default 8. */
  readonly threads: number;
}

/** A folder of DataKit's container in which data wait while the line is down. */
export interface StorageSettings {
  readonly path: string;
  /** Size in MB. Default 5120. */
  readonly capacity: number;
}

/** Resources whose traces are dropped: regular expressions by service, `*` for every service. */
export type CloseResource = Readonly<Record<string, readonly string[]>>;

const sampler: Kind<SamplerSettings> = table<SamplerSettings>({
  samplingRate: required('sampling_rate', fraction(0, 1)),
});

export const threads: Kind<ThreadSettings> = table<ThreadSettings>({
  buffer: required('buffer', whole(1)),
  threads: required('threads', whole(1)),
});

export const storage: Kind<StorageSettings> = table<StorageSettings>({
  path: required('path', file),
  capacity: required('capacity', whole(1)),
});

const closeResource: Kind<CloseResource> = map(list(regex, { filled: true }));

/** What the collectors of traces have in common. */
export interface TraceCommon {
  /** Keeps traces of resources that were not seen for an hour, whatever the sampler says. Default false. */
  readonly keepRareResource?: boolean;
  /** Leaves out the span's raw message, the greater part of its size. Default false. */
  readonly delMessage?: boolean;
  readonly closeResource?: CloseResource;
  readonly sampler?: SamplerSettings;
  /** Tags on every span. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly threads?: ThreadSettings;
  readonly storage?: StorageSettings;
}

export const traceCommon = {
  keepRareResource: optional('keep_rare_resource', flag),
  delMessage: optional('del_message', flag),
  closeResource: optional('close_resource', closeResource),
  sampler: optional('sampler', sampler),
  tags: optional('tags', tags),
  threads: optional('threads', threads),
  storage: optional('storage', storage),
} satisfies Fields<TraceCommon>;
