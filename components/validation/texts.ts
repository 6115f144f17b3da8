import { z } from 'zod';
import { labelFinding } from './names';
import { quantityFinding } from './quantity';
import { rule } from './schema';

/** A DNS label. */
export const label = (example: string) => rule(z.string(), (value) => labelFinding(value, example));

/** An amount of processor time or memory, as Kubernetes writes it. */
export const quantity = rule(z.string(), (value) => quantityFinding(value, '200m or 128Mi'));
