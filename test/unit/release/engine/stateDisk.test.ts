import { statfs } from 'node:fs/promises';
import { ensureRoom } from '../../../../release/engine/stateDisk';
import { ReleaseError } from '../../../../release/exitCodes';

jest.mock('node:fs/promises', () => ({
  ...jest.requireActual<object>('node:fs/promises'),
  statfs: jest.fn(),
}));
const asked = jest.mocked(statfs);
const MIB = 2 ** 20;

/** A disk with so much free for those who may not use the reserve. */
const free = (mib: number) =>
  asked.mockResolvedValue({ bavail: (mib * MIB) / 4096, bfree: 1e9, bsize: 4096 } as never);

beforeEach(() => asked.mockReset());

test.each([16, 17, 100_000])('%i MiB are enough', async (mib) => {
  free(mib);
  await expect(ensureRoom('file:///var/state')).resolves.toBeUndefined();
  expect(asked).toHaveBeenCalledWith('/var/state');
});

test.each([0, 3.5, 15.9])('with %d MiB an update is not started', async (mib) => {
  free(mib);
  const refused: unknown = await ensureRoom('file:///var/state').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ReleaseError);
  expect(refused).toMatchObject({
    outcome: 'error',
    message: expect.stringMatching(/\/var\/state, has \d+\.\d MiB free.*was not started/) as string,
    remedy: 'free at least 16 MiB there, then run the command again',
  });
});

test.each(['s3://bucket', 'https://api.example.com', ''])('%s keeps its own', async (backend) => {
  free(0);
  await expect(ensureRoom(backend)).resolves.toBeUndefined();
  expect(asked).not.toHaveBeenCalled();
});

test('where the room cannot be told, nothing is refused', async () => {
  asked.mockRejectedValue(new Error('ENOENT'));
  await expect(ensureRoom('file:///gone')).resolves.toBeUndefined();
  await expect(ensureRoom('file://~')).resolves.toBeUndefined();
});
