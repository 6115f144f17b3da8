import { z } from 'zod';
import { routings } from '../canary/pure';
import {
  didYouMean,
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

const routing = rule(
  z.array(
    rule(z.string(), (name): Finding | undefined =>
      (routings as readonly string[]).includes(name)
        ? undefined
        : [
            `is ${JSON.stringify(name)}, which is no routing API`,
            didYouMean(name, routings, `use ${routings.join(', ')}`),
          ],
    ).meta({ enum: [...routings] }),
  ),
  (list): Finding | undefined =>
    list.length === 0
      ? ['is empty, so no release could be stepped', 'name a routing API, or leave the key out']
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
  routing: routing
    .optional()
    .describe(
      'The routing APIs that the releases go by: the accounts get the rights to their objects. Default `[virtualService]`.',
    ),
});

const examples: Examples = {
  routing: '[virtualService, httpRoute]',
  namespace: 'pipeline',
  services: '[reviews]',
  readProxies: 'true',
};

/** Everything that is wrong with settings. */
export const accessProblems = (raw: unknown, path: string): readonly Problem[] =>
  examine(accessSchema, raw, path, examples).problems;
