import { z } from 'zod';

/** What monitoring saw of a rehearsal, and the platform it stood on: keys of report.json that only some runs have. */

const count = (meaning: string) => z.number().int().nonnegative().describe(meaning);
const fraction = (meaning: string) => z.number().min(0).max(1).describe(meaning);

export const tracesSchema = z
  .strictObject({
    sampled: count('Traces that DataKit took in and that no more spans came for.'),
    whole: count(
      'Those with one first span, every parent there, and the span of the callee for every call that it answered.',
    ),
    broken: count('The others.'),
    perService: z
      .record(z.string().min(1), z.record(z.string().min(1), z.number().int().nonnegative()))
      .describe('Spans by service and version, as APM tells versions apart.'),
    chains: z
      .record(z.string().min(1), z.number().int().nonnegative())
      .describe(
        'Whole traces by the services they went through, e.g. `productpage:v1 → reviews:v2 → ratings:v1`.',
      )
      .optional(),
    reasons: z
      .record(z.string().min(1), z.number().int().nonnegative())
      .describe('Broken traces by what was missing. Default none.')
      .optional(),
  })
  .superRefine(({ broken, sampled, whole }, context) => {
    if (whole + broken === sampled) return;
    const message = `is ${sampled}, but whole and broken are ${whole + broken} together`;
    context.addIssue({ code: 'custom', path: ['sampled'], message });
  });

const scrapedShareSchema = z.strictObject({
  step: z.string().min(1).describe('The value of the stack’s step.'),
  weight: z.number().int().min(0).max(100).describe('The canary’s weight: what was asked for. Per cent.'),
  counted: fraction('The canary’s share of the answers that the load counted between the two scrapes.'),
  scraped: fraction(
    'The canary’s share as istio_requests_total of the service’s pods tells it over the same time; null: it tells of no request.',
  ).nullable(),
  requests: count('Requests that the scraped counters tell of.'),
});

export const scrapedSchema = z.strictObject({
  seriesPerPod: z
    .record(z.string().min(1), z.number().int().nonnegative())
    .describe(
      'Series of the last scrape by pod (`namespace/name`), or by the source of a collector for no pod.',
    ),
  shares: z.array(scrapedShareSchema).describe('Beside every step’s share, what the metrics tell of it.'),
  failures: count('Scrapes that failed, over the whole run. Default 0.').optional(),
  problems: z
    .array(z.string())
    .describe('What DataKit would pass over without a word: keys that it does not know, above all.')
    .optional(),
});

export const platformSchema = z.strictObject({
  upSeconds: z
    .number()
    .nonnegative()
    .describe('Wall time of the platform layer’s first `pulumi up`. Seconds.'),
  secondUpChanges: count('Objects that a second `up` of it changed.'),
  objects: count('Objects of the platform layer.'),
});

export const edgeSchema = z.strictObject({
  pages: count('Pages that were loaded through the edge.'),
  withSnippet: count('Those that carried the RUM snippet.'),
  rumPosts: count('Posts of RUM data that DataKit took in.'),
});

export type ScrapedShare = z.infer<typeof scrapedShareSchema>;
