/** What some repetitions of one thing came to. In what unit, says the field that holds it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Every repetition, in the order of the run. */
  readonly values: readonly number[];
}

/** One thing that was timed, beside what it is compared with in the same round. */
export interface Timing {
  /** Names it for machines: `weight-step`. */
  readonly id: string;
  /** Names it for people. */
  readonly what: string;
  /** Wall time of the command, from its start to its exit. */
  readonly seconds: Spread;
  /** Times an empty program's `up`, round by round: what else the machine does falls on both. */
  readonly timesEmpty: Spread;
  /** How many of it fit into a weight step's `up`, round by round: above 1, the step takes longer. */
  readonly weightStepTimes: Spread;
}

/** A weight step of one service in an application of some size. */
export interface SizeTiming {
  readonly services: number;
  /** Resources of the stack that the engine looks at, components among them. */
  readonly resources: number;
  readonly seconds: Spread;
  readonly timesEmpty: Spread;
}

/** What a weight step costs more for every service that it does not touch. */
export interface Growth {
  readonly sizes: readonly SizeTiming[];
  /** The same where the application is another stack's, and this one has the release alone. */
  readonly releaseAlone: readonly SizeTiming[];
  /** Slope of the line through the sizes, milliseconds for one service more, round by round. */
  readonly millisecondsPerService: Spread;
  /** The same as a share of an empty program's `up`. */
  readonly timesEmptyPerService: Spread;
  /** The slope through `releaseAlone`. */
  readonly millisecondsPerServiceReleaseAlone: Spread;
}

/** What a process of an `up` is there for. */
export type Role = 'engine' | 'language host' | 'module lookup' | 'program' | 'provider' | 'other';

/** The most memory the processes of an `up` held, MiB of resident set; pages that two share count in both. */
export interface Memory {
  readonly what: string;
  /** The most that all of them held at one moment, by samples. */
  readonly whole: Spread;
  /** Times the same of an empty program's `up`. */
  readonly timesEmpty: Spread;
  /** The kernel's own high-water mark of each process, the highest where a role has several. */
  readonly byRole: Readonly<Partial<Record<Role, Spread>>>;
}

/** A stretch of an `up`. All of them, one after the other, are the whole of it. */
export interface Phase {
  readonly id: string;
  readonly what: string;
  /** Milliseconds, medians. */
  readonly empty: number;
  readonly weightStep: number;
}

/** Something that happens inside of phases, beside other things. */
interface Within {
  readonly id: string;
  readonly what: string;
  /** Milliseconds of a weight step, median; calls of one kind added up. */
  readonly milliseconds: number;
  /** How many there are. */
  readonly count: number;
}

/** Where the time of a weight step goes, and an empty program's. */
export interface Breakdown {
  readonly phases: readonly Phase[];
  readonly within: readonly Within[];
  /** Repetitions of each. */
  readonly runs: number;
}

/** What it was measured on. Times say nothing without it. */
export interface MachineFacts {
  readonly cores: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Versions by tool. */
  readonly tools: Readonly<Record<string, string>>;
  /** Which Kubernetes provider the engine was given. */
  readonly provider: 'official' | 'rehearsal';
}

/** Everything a run measured: out/bench/bench.json. */
export interface Bench {
  readonly schema: 1;
  readonly startedAt: string;
  /** Wall time of the whole command. */
  readonly seconds: number;
  readonly quick: boolean;
  readonly machine: MachineFacts;
  /** Objects of the stack that the weight step and its rivals are about. */
  readonly objects: number;
  /** The empty program's `up` first: it is what all others are compared with. */
  readonly timings: readonly Timing[];
  readonly growth: Growth;
  /** Absent where the kernel does not tell which processes a process has started. */
  readonly memory?: readonly Memory[];
  readonly breakdown: Breakdown;
}
