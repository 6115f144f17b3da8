import type { Release } from '../../../../components/canary/pure';

const image = (version: string) => `docker.io/istio/examples-bookinfo-reviews-${version}:1.20.3`;

/** A release of reviews that has nothing optional. */
export function reviews(from = 'v1', to = 'v2', more: Partial<Release> = {}): Release {
  return {
    service: 'reviews',
    stable: { version: from, image: image(from) },
    canary: { version: to, image: image(to) },
    steps: [0, 10, 25, 50, 100],
    ...more,
  };
}

export const jason = { header: 'end-user', exact: 'jason' } as const;

/** Jest's matcher with a type of its own: what it returns is `any`. */
export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
