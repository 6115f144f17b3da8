import { z } from 'zod';
import { rule, type Finding } from '../../../components/validation';
import type { Scope } from '../model';
import type { MetricNames } from './names';

/** gRPC's status codes by number (grpc.io/docs/guides/status-codes). */
export const grpcCodes = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
] as const;

/**
 * Statuses that the server is to blame for: those that OpenTelemetry's conventions for gRPC make an error of a server's
 * span (docs/rpc/grpc.md). The others answer for what was asked.
 */
const grpcErrors = [
  ...['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
] as const satisfies readonly (typeof grpcCodes)[number][];

/** Envoy's response flags (envoyproxy/envoy source/common/stream_info/utility.h). */
const flags = [
  ...[
    'LH',
    'UH',
    'UT',
    'LR',
    'UR',
    'UF',
    'UC',
    'UO',
    'NR',
    'DI',
    'FI',
    'RL',
    'UAEX',
    'RLSE',
    'DC',
    'URX',
    'SI',
  ],
  ...['IH', 'DPE', 'UMSDR', 'RFCF', 'NFCF', 'DT', 'UPE', 'NC', 'OM', 'DF', 'DO'],
] as const;

/** Flags of requests that the upstream, or the way to it, failed; what the caller did (DC) or was refused (RL, UAEX) is none. */
const flagErrors = [
  ...['UH', 'UF', 'UC', 'UO', 'UR', 'UT', 'URX', 'LR', 'LH', 'NC', 'NR', 'UPE', 'UMSDR', 'DF'],
] as const satisfies readonly (typeof flags)[number][];

/**
 * Flags of requests that the caller's own proxy answered, by a drill (FI), a limit (RL, RLSE), a refusal (UAEX) or because it
 * was overloaded itself (OM). They went to no version, so that even a 5xx among them says nothing of one.
 */
const flagsOfCaller: ReadonlySet<string> = new Set(['FI', 'RL', 'RLSE', 'UAEX', 'OM']);

const oneOf = (known: readonly string[], what: string) =>
  rule(z.string(), (value): Finding | undefined =>
    known.includes(value)
      ? undefined
      : [`is ${JSON.stringify(value)}, which is no ${what}`, `write some of ${known.join(', ')}`],
  ).meta({ enum: [...known] });

const httpCode = rule(z.string(), (value): Finding | undefined =>
  /^[1-5](xx|\d\d)$/.test(value)
    ? undefined
    : [
        `is ${JSON.stringify(value)}, neither a status nor a class`,
        'write one such as "5xx" or "404", in quotes',
      ],
).meta({ pattern: '^[1-5](xx|\\d\\d)$' });

/** Which requests count as errors. A list replaces the default one. */
export const errorsSchema = z.strictObject({
  http: z
    .array(httpCode)
    .optional()
    .describe(
      'HTTP statuses and classes that are errors. A canary that answers 404 to everything is found with `4xx`. Default `5xx`.',
    ),
  grpc: z
    .array(oneOf(grpcCodes, 'gRPC status'))
    .optional()
    .describe(`gRPC statuses that are errors. Default ${grpcErrors.join(', ')}.`),
  flags: z
    .array(oneOf(flags, "of Envoy's response flags"))
    .optional()
    .describe(
      `Envoy's response flags that are errors, whatever the status. DC, a client that went away, is none unless it is named, and neither is what the caller's own proxy answered (FI, RL, RLSE, UAEX, OM). Default ${flagErrors.join(', ')}.`,
    ),
});

/** Which requests count as errors; what is missing has its default. */
export type ErrorSettings = {
  readonly [K in keyof z.output<typeof errorsSchema>]: readonly string[];
};

/** How a request ended. `unclear`: the series lack the label that would say it, so it is no success. */
export type Outcome = 'success' | 'error' | 'unclear';

/** Makes the reader of outcomes. */
export function outcomeOf(
  names: MetricNames,
  { protocol }: Pick<Scope, 'protocol'>,
  { http = ['5xx'], grpc = grpcErrors, flags: bad = flagErrors }: ErrorSettings = {},
): (labels: Readonly<Record<string, string>>) => Outcome {
  const badFlags = new Set<string>(bad);
  const badGrpc = new Set(grpc.map((name) => String((grpcCodes as readonly string[]).indexOf(name))));
  const badHttp = new Set(http.flatMap((code) => (code.endsWith('xx') ? [code, code[0]!] : [code])));
  const isBadCode = (code: string) => badHttp.has(code) || badHttp.has(`${code[0]!}xx`);
  const read = (labels: Readonly<Record<string, string>>, label: string | undefined) =>
    label === undefined ? '' : (labels[label] ?? '');
  return (labels) => {
    const code = read(labels, names.codeLabel);
    const given = read(labels, names.flagsLabel).split(',');
    if (given.some((flag) => badFlags.has(flag))) return 'error';
    if (given.some((flag) => flagsOfCaller.has(flag))) return 'success';
    const isAborted = given.includes('DC');
    const status = read(labels, names.grpcLabel);
    if ((protocol ?? read(labels, names.protocolLabel)) === 'grpc' && names.grpcLabel !== undefined) {
      if (/^\d{1,3}$/.test(status)) return badGrpc.has(status) ? 'error' : 'success';
      // A call that ended before its trailers has no status of gRPC.
      if (status === '' && isAborted) return 'success';
      return /^[1-5]\d\d$/.test(code) && isBadCode(code) ? 'error' : 'unclear';
    }
    // 0: no answer began. Where a flag says whose fault that was it has been read; the rest are clients that went away.
    if (code === '0') return 'success';
    if (!/^[1-5](\d\d)?$/.test(code)) return 'unclear';
    return isBadCode(code) ? 'error' : 'success';
  };
}
