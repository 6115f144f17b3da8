import { z } from 'zod';
import { durationMilliseconds } from '../../components/canary/pure';
import { rule } from '../../components/validation';

/** Fields that the settings of several checks share. */

export const count = (least: number, most: number, example: string) =>
  rule(z.number(), (value) =>
    Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : [`is ${value}, not a whole number from ${least} to ${most}`, `write a number such as ${example}`],
  ).meta({ type: 'integer', minimum: least, maximum: most });

export const duration = (leastMs: number, mostMs: number, example: string) =>
  rule(z.string(), (value) => {
    const milliseconds = durationMilliseconds(value);
    if (milliseconds === undefined) {
      return [`is ${JSON.stringify(value)}, not a duration`, `write a number and a unit, such as ${example}`];
    }
    if (milliseconds >= leastMs && milliseconds <= mostMs) return undefined;
    return [
      `is ${value}, not from ${leastMs / 1_000}s to ${mostMs / 1_000}s`,
      `write one such as ${example}`,
    ];
  });
