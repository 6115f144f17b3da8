import { z } from 'zod';
import {
  examine,
  labelFinding,
  rule,
  serviceNameFinding,
  type Examples,
  type Finding,
  type Problem,
} from '../validation';

const services = rule(
  z.array(rule(z.string(), (name) => serviceNameFinding(name, 'reviews'))),
  (list): Finding | undefined =>
    list.length === 0
      ? ['is empty, so no release could be stepped', 'name a service, or leave the key out']
      : undefined,
);

/** The settings as they are written. */
export const accessSchema = z.strictObject({
  namespace: rule(z.string(), (name) => labelFinding(name, 'pipeline'))
    .optional()
    .describe('The namespace that the accounts live in. Default `pipeline`.'),
  services: services.optional().describe("The services whose releases may be stepped. Default: Bookinfo's."),
  readProxies: z
    .boolean()
    .optional()
    .describe("Whether the release's account may read the callers' proxies. Default false."),
});

const examples: Examples = { namespace: 'pipeline', services: '[reviews]', readProxies: 'true' };

/** Everything that is wrong with settings. */
export const accessProblems = (raw: unknown, path: string): readonly Problem[] =>
  examine(accessSchema, raw, path, examples).problems;
