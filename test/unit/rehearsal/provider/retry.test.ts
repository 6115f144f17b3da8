import { ApiError, ConnectionError, describe as inWords } from '../../../../rehearsal/provider/errors';
import {
  delayBefore,
  RETRIES,
  sleep,
  withRetries,
  worthRetrying,
} from '../../../../rehearsal/provider/retry';

const refused = (
  code: number,
  reason: string,
  causes: { reason?: string; message?: string; field?: string }[] = [],
) => new ApiError('refused', code, reason, causes);

test.each<[string, unknown, boolean]>([
  ['429', refused(429, 'TooManyRequests'), true],
  ['500', refused(500, 'InternalError'), true],
  ['502', refused(502, ''), true],
  ['503', refused(503, 'ServiceUnavailable'), true],
  ['504', refused(504, 'Timeout'), true],
  ['a lost race', refused(409, 'Conflict'), true],
  ["another manager's field", refused(409, 'Conflict', [{ reason: 'FieldManagerConflict' }]), false],
  ['an existing object', refused(409, 'AlreadyExists'), false],
  ['an invalid object', refused(422, 'Invalid'), false],
  ['a missing right', refused(403, 'Forbidden'), false],
  ['a missing object', refused(404, 'NotFound'), false],
  ['a reset', new ConnectionError('reset', 'ECONNRESET'), true],
  ['a refused connection', new ConnectionError('refused', 'ECONNREFUSED'), true],
  ['a bad certificate', new ConnectionError('bad', 'CERT_HAS_EXPIRED'), false],
  ['a bug', new TypeError('bug'), false],
])('%s: worth another attempt is %s', (_title, error, expected) => {
  expect(worthRetrying(error)).toBe(expected);
});

test('waits longer each time, with a bound, and as long as the server asks within reason', () => {
  const most = (attempt: number) => delayBefore(attempt, undefined, () => 1);
  expect([1, 2, 3, 4, 5, 6, 7].map(most)).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  expect(delayBefore(1, undefined, () => 0)).toBe(50);
  const asking = (seconds: number) => new ApiError('busy', 429, 'TooManyRequests', [], '', seconds);
  expect(delayBefore(1, asking(3), () => 0)).toBe(3_000);
  expect(delayBefore(1, asking(3_600), () => 0)).toBe(10_000);
});

const noPause = () => Promise.resolve();

test('repeats until it works, and stops at the bound', async () => {
  const signal = new AbortController().signal;
  const twice = jest
    .fn()
    .mockRejectedValueOnce(refused(503, ''))
    .mockRejectedValueOnce(refused(503, ''))
    .mockResolvedValue('ok');
  expect(await withRetries(twice, signal, noPause)).toBe('ok');
  expect(twice).toHaveBeenCalledTimes(3);
  const never = jest.fn().mockRejectedValue(refused(503, ''));
  await expect(withRetries(never, signal, noPause)).rejects.toThrow('refused');
  expect(never).toHaveBeenCalledTimes(RETRIES + 1);
  const invalid = jest.fn().mockRejectedValue(refused(422, 'Invalid'));
  await expect(withRetries(invalid, signal, noPause)).rejects.toThrow('refused');
  expect(invalid).toHaveBeenCalledTimes(1);
});

test('a cancelled wait ends at once, and nothing is repeated after it', async () => {
  const controller = new AbortController();
  const started = Date.now();
  const waiting = sleep(60_000, controller.signal);
  controller.abort();
  await waiting;
  expect(Date.now() - started).toBeLessThan(50_000);
  const request = jest.fn().mockRejectedValue(refused(503, ''));
  await expect(withRetries(request, controller.signal, noPause)).rejects.toThrow('refused');
  expect(request).toHaveBeenCalledTimes(1);
});

test('errors are told in words, with what to do', () => {
  const conflict = refused(409, 'Conflict', [
    { reason: 'FieldManagerConflict', field: '.spec.replicas', message: 'conflict with "kubectl-edit"' },
  ]);
  expect(inWords(conflict, 'updating Deployment a/b')).toMatch(
    /^updating Deployment a\/b: .*spec\.replicas \(conflict with "kubectl-edit"\).*pulumi\.com\/patchForce/,
  );
  expect(inWords(new ConnectionError('reset', 'ECONNRESET'), 'reading it')).toContain(
    'check that the cluster runs',
  );
  expect(inWords(refused(422, 'Invalid'), 'creating it')).toBe(
    'creating it: the API server refused: refused (422 Invalid)',
  );
  expect(
    refused(422, 'Invalid', [
      { field: 'spec.a', message: 'field is immutable' },
      { field: 'spec.b', message: 'required' },
    ]).immutableFields,
  ).toEqual(['spec.a']);
});
