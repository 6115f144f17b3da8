import type { Step } from './script';

/** Ids as Zipkin, W3C and OpenTelemetry write them: 64 or 128 bits for a trace, 64 for a span. */
export const idPatterns: readonly Step[] = [
  { do: 'addPattern', name: 'TRACE_ID', pattern: '[0-9a-fA-F]{32}|[0-9a-fA-F]{16}' },
  { do: 'addPattern', name: 'SPAN_ID', pattern: '[0-9a-fA-F]{16}' },
];

/**
 * Time and level at the beginning of a line, for lines that say no more.
 *
 * Only a level in its usual place and spelling counts: "no error found" is not an error.
 */
export const timeAndLevel: Step = {
  do: 'grok',
  input: '_',
  pattern: '^\\[?%{TIMESTAMP_ISO8601:time}\\]?\\s+\\[?%{LOGLEVEL:status}\\b',
};
