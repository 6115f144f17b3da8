import { z } from 'zod';
import { durationMilliseconds } from '../../components/canary/pure';
import { rule } from '../../components/validation';
import { isSafe } from '../http';

/** Fields that the command's own keys share. */

export const address = rule(z.string(), (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return ['is no http or https address', 'write one such as https://hooks.example.com/release'];
  }
  return url.username === '' && url.password === ''
    ? undefined
    : ['holds a user or a password', 'write the address alone; secrets are given as secrets'];
});

/** For what carries a secret, or a signature that somebody could replay. */
export const safeAddress = rule(address, (value) =>
  isSafe(value) ? undefined : ['would be sent in the clear', 'write an https address'],
);

export const variable = rule(z.string(), (value) =>
  /^[A-Za-z_]\w*$/.test(value)
    ? undefined
    : [
        'is not the name of an environment variable',
        'write the name of the variable that holds the secret, not the secret',
      ],
);

export const word = (...words: readonly string[]) =>
  rule(z.string(), (value) =>
    words.includes(value)
      ? undefined
      : [`is ${JSON.stringify(value)}, not one of ${words.join(', ')}`, `write ${words.join(' or ')}`],
  ).meta({ enum: words });

export const duration = (leastMs: number, mostMs: number, example: string) =>
  rule(z.string(), (value) => {
    const milliseconds = durationMilliseconds(value);
    if (milliseconds === undefined) {
      return [`is ${JSON.stringify(value)}, not a duration`, `write a number and a unit, such as ${example}`];
    }
    return milliseconds >= leastMs && milliseconds <= mostMs
      ? undefined
      : [`is ${value}, not from ${leastMs}ms to ${mostMs / 1_000}s`, `write one such as ${example}`];
  });

export const milliseconds = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : (durationMilliseconds(text) ?? otherwise);
