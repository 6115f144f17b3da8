import { z } from 'zod';
import { durationMilliseconds } from '../../components/canary/pure';
import { rule } from '../../components/validation';
import { isSafe } from '../http';

/** Fields that the settings of several sources share. */

export const address = rule(z.string(), (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return ['is no http or https address', 'write one such as http://prometheus.monitoring:9090'];
  }
  if (url.username !== '' || url.search !== '') {
    return ['holds credentials or a query', 'write the address alone; keys are given as secrets'];
  }
  return undefined;
});

/** Whether a credential may be sent there: it is encrypted on its way, or never leaves the machine. */
export const keepsSecrets = (url: string): boolean => isSafe(url);

export const duration = rule(z.string(), (value) => {
  const milliseconds = durationMilliseconds(value);
  return milliseconds !== undefined && milliseconds >= 1_000
    ? undefined
    : [`is ${JSON.stringify(value)}, not a duration of a second or more`, 'write one such as 15s'];
});

export const variable = rule(z.string(), (value) =>
  /^[A-Za-z_]\w*$/.test(value)
    ? undefined
    : [
        'is not the name of an environment variable',
        'write the name of the variable that holds the secret, not the secret',
      ],
);

export const headerName = rule(z.string(), (name) =>
  /^[A-Za-z0-9-]+$/.test(name)
    ? undefined
    : ['is not the name of a header', 'use letters, digits and - only'],
);

export const word = (...words: string[]) =>
  rule(z.string(), (value) =>
    words.includes(value) ? undefined : [`is not one of ${words.join(', ')}`, `write ${words.join(' or ')}`],
  ).meta({ enum: words });

export const label = rule(z.string(), (value) =>
  /^[A-Za-z_][\w:]*$/.test(value)
    ? undefined
    : ['is not the name of a metric or label', 'use letters, digits and _ only'],
);

export const milliseconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : durationMilliseconds(text);
