import { idPatterns, timeAndLevel } from './ids';
import type { Pipeline } from './script';

/**
 * Lines of Spring Cloud Sleuth: `<time> <level> [service,traceId,spanId] <pid> --- [<thread>] <logger> : <message>`.
 *
 * Sleuth 2 adds `,true` or `,false` in the brackets. Outside of a request the ids are empty, and the service is where
 * `spring.application.name` is not set; what is empty is not set at all, so that no query finds an id that is none.
 * The service becomes `app_name`: `service` is a tag that the log configuration sets.
 */
export const sleuthPipeline: Pipeline = {
  steps: [
    ...idPatterns,
    timeAndLevel,
    {
      do: 'addPattern',
      name: 'SLEUTH_HEAD',
      pattern: '^%{TIMESTAMP_ISO8601}\\s+%{LOGLEVEL}\\s+',
    },
    { do: 'addPattern', name: 'SLEUTH_END', pattern: '(?:,(?:true|false)?)?\\]' },
    {
      do: 'grok',
      input: '_',
      pattern: '%{SLEUTH_HEAD}\\[[^,\\]]*,%{TRACE_ID:trace_id},%{SPAN_ID:span_id}%{SLEUTH_END}',
    },
    {
      do: 'grok',
      input: '_',
      pattern: '%{SLEUTH_HEAD}\\[%{USERNAME:app_name},[0-9a-fA-F]*,[0-9a-fA-F]*%{SLEUTH_END}',
      then: [{ do: 'setTag', key: 'app_name' }],
    },
    {
      do: 'grok',
      input: '_',
      pattern: '\\]\\s+%{INT:pid:int}\\s+---\\s+\\[%{DATA:thread}\\]\\s+%{NOTSPACE:logger}\\s*:\\s',
    },
    { do: 'defaultTime', key: 'time' },
  ],
};

/** How an entry of a Java program begins; the lines of a stack trace belong to the entry before. */
export const JAVA_MULTILINE = '^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}';
