import { Readable } from 'node:stream';
import { readBody } from '../../../../rehearsal/workloads/body';

const parts = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

test('a body is read to its end, whatever parts it comes in', async () => {
  expect((await readBody(parts('ab', 'c', 'é'), 5)).toString('utf8')).toBe('abcé');
  expect((await readBody(parts(), 0)).length).toBe(0);
});

test('a body of one byte more than allowed is refused', async () => {
  await expect(readBody(parts('ab', 'cd'), 3)).rejects.toThrow('the body has more than 3 bytes');
});
