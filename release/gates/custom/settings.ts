import { durationMilliseconds } from '../../../components/canary/pure';
import type { CheckId } from '../model';
import type { RawCustom } from './schema';

interface Common {
  readonly name: string;
  /** Bad observations in a row that condemn the canary. */
  readonly failures: number;
}

/** A query whose number has to keep to bounds. */
export interface QueryCheck extends Common {
  readonly kind: 'query';
  /** With placeholders. */
  readonly query: string;
  readonly language: 'promql' | 'dql';
  readonly below?: number;
  readonly above?: number;
  readonly ofStable?: { readonly atMost?: number; readonly atLeast?: number };
}

/** An address that says whether the canary is good. */
export interface WebhookCheck extends Common {
  readonly kind: 'webhook';
  readonly url: string;
  /** By header, the environment variable with its value. */
  readonly headerVariables: Readonly<Record<string, string>>;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** A Kubernetes Job that has to complete. */
export interface JobCheck extends Common {
  readonly kind: 'job';
  /** Pod template. */
  readonly template: Readonly<Record<string, unknown>>;
  /** From the end of one run to the next; undefined for one run a step. */
  readonly everyMs?: number;
  readonly timeoutMs: number;
}

export type CustomCheck = QueryCheck | WebhookCheck | JobCheck;

export const customId = ({ kind, name }: CustomCheck): CheckId => `${kind}:${name}`;

const ms = (text: string | undefined, otherwise: number): number =>
  (text === undefined ? undefined : durationMilliseconds(text)) ?? otherwise;

/** The checks of one's own with every default in place. */
export const resolvedCustom = ({
  queries = [],
  webhooks = [],
  jobs = [],
}: RawCustom): readonly CustomCheck[] => [
  ...queries.map(({ language, failures = 3, ...rest }): QueryCheck => ({
    ...rest,
    kind: 'query',
    language: language === 'dql' ? 'dql' : 'promql',
    failures,
  })),
  ...webhooks.map(({ name, url, headerVariables = {}, every, timeout, failures = 1 }): WebhookCheck => ({
    ...{ kind: 'webhook', name, url, headerVariables, failures },
    everyMs: ms(every, 30_000),
    timeoutMs: ms(timeout, 10_000),
  })),
  ...jobs.map(({ name, template, every, timeout, failures = 1 }): JobCheck => ({
    ...{ kind: 'job', name, template, failures },
    everyMs: every === undefined ? undefined : ms(every, 0),
    timeoutMs: ms(timeout, 120_000),
  })),
];
