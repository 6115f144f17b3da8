/** The one book that Bookinfo knows. */
export const product = {
  id: 0,
  title: 'The Comedy of Errors',
  descriptionHtml:
    '<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">The Comedy of Errors</a> is an early and short play of <b>William Shakespeare</b>.',
};

/** The texts that Bookinfo shows in place of what it could not get; a page with one of them is a failed page. */
export const errorTexts = {
  details: 'Sorry, product details are currently unavailable for this book.',
  reviews: 'Sorry, product reviews are currently unavailable for this book.',
  ratings: 'Sorry, product ratings are currently unavailable for this book.',
  stars: 'Ratings service is currently unavailable',
} as const;

/** Reads `/<service>/<number>`; undefined for any other path. */
export function productId(path: string, service: string): number | undefined {
  const match = /^\/([^/]+)\/(\d+)\/?$/.exec(path);
  return match?.[1] === service ? Number(match[2]) : undefined;
}
