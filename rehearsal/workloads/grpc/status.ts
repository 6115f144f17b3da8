import { status as codes } from '@grpc/grpc-js';

/**
 * The gRPC status of an HTTP one, as gRPC's own libraries map it
 * [grpc/grpc doc/http-grpc-status-mapping.md], 500 and 404 as servers mean them.
 */
const byHttp: Readonly<Record<number, number>> = {
  400: codes.INVALID_ARGUMENT,
  401: codes.UNAUTHENTICATED,
  403: codes.PERMISSION_DENIED,
  404: codes.UNIMPLEMENTED,
  409: codes.ABORTED,
  429: codes.RESOURCE_EXHAUSTED,
  500: codes.INTERNAL,
  501: codes.UNIMPLEMENTED,
  502: codes.UNAVAILABLE,
  503: codes.UNAVAILABLE,
  504: codes.DEADLINE_EXCEEDED,
};

export function grpcStatusOf(httpStatus: number): number {
  if (httpStatus < 400) return codes.OK;
  return byHttp[httpStatus] ?? codes.UNKNOWN;
}

/** Statuses that say something of the server, as a status from 500 on does in HTTP. */
const serverFaults: ReadonlySet<number> = new Set([
  codes.UNKNOWN,
  codes.DEADLINE_EXCEEDED,
  codes.INTERNAL,
  codes.UNAVAILABLE,
  codes.DATA_LOSS,
]);

export const isServerFault = (status: number): boolean => serverFaults.has(status);

/** The HTTP status that says most of what a gRPC status does. */
const toHttp: Readonly<Record<number, number>> = {
  [codes.OK]: 200,
  [codes.INVALID_ARGUMENT]: 400,
  [codes.UNAUTHENTICATED]: 401,
  [codes.PERMISSION_DENIED]: 403,
  [codes.NOT_FOUND]: 404,
  [codes.ABORTED]: 409,
  [codes.RESOURCE_EXHAUSTED]: 429,
  [codes.UNIMPLEMENTED]: 501,
  [codes.UNAVAILABLE]: 503,
  [codes.DEADLINE_EXCEEDED]: 504,
};

export const httpStatusOf = (status: number): number => toHttp[status] ?? 500;
