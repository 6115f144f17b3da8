import { z } from 'zod';
import { examine, rule, type Examples, type Problem } from '../validation';

const version = rule(z.string(), (value) =>
  /^\d+\.\d+\.\d+(-[0-9A-Za-z][0-9A-Za-z.-]*)?$/.test(value)
    ? undefined
    : [
        `is ${JSON.stringify(value)}, not a version of the Gateway API`,
        'write all three numbers, such as 1.6.0',
      ],
);

const crds = rule(z.string(), (value) =>
  value.trim() === ''
    ? ['is empty', 'name a file, a folder or an https address, or leave the key out']
    : value.includes('://') && !/^https:\/\/[^\s?#@]+$/.test(value)
      ? [
          'is an address that is not plain https',
          'write an address that begins with https:// and holds no credentials, or download the file',
        ]
      : undefined,
);

/** The settings as they are written. */
export const gatewayApiSchema = z.strictObject({
  version: version
    .optional()
    .describe('Version of the Gateway API. Default 1.6.0, which Istio 1.31 was written for.'),
  crds: crds
    .optional()
    .describe(
      'The definitions: a file, a folder of files, or an https address. Default: the standard channel of the version, as its project publishes it.',
    ),
});

const examples: Examples = { version: '1.6.0', crds: 'gateway-api/standard-install.yaml' };

/** Everything that is wrong with settings. */
export const gatewayApiProblems = (raw: unknown, path: string): readonly Problem[] =>
  examine(gatewayApiSchema, raw, path, examples).problems;
