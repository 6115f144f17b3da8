import { idPatterns, timeAndLevel } from './ids';
import type { Pipeline } from './script';

/**
 * For lines of any other form: their time and level where they begin with them, and ids that are named as such, as in
 * `trace_id=4bf92f3577b34da6a3ce929d0e0e4736` or `"traceId": "d0a7a4be9e9f3ab4"`.
 */
export const plainPipeline: Pipeline = {
  steps: [
    ...idPatterns,
    timeAndLevel,
    {
      do: 'grok',
      input: '_',
      pattern: '\\b[tT]race[-_. ]?[iI][dD]"?\\s*[=:]\\s*"?%{TRACE_ID:trace_id}\\b',
    },
    {
      do: 'grok',
      input: '_',
      pattern: '\\b[sS]pan[-_. ]?[iI][dD]"?\\s*[=:]\\s*"?%{SPAN_ID:span_id}\\b',
    },
    { do: 'defaultTime', key: 'time' },
  ],
};
