import { json, notFound, type Behaviour, type StandInContext, type StandInRequest } from '../behaviours';
import { forwardedHeaders } from '../headers';
import type { PodView } from '../pods';
import { errorTexts, productId } from './products';

/** `none`: this version does not ask for ratings. */
type Stars = 'none' | 'black' | 'red';

/** How long reviews waits for ratings: the version with black stars has more patience, which is Bookinfo's own trap. */
const ratingsTimeoutMs = { black: 10_000, red: 2500 } as const;

/**
 * What a pod of reviews shows. The image knows better than the label: a release may call the image of v2 by a version
 * name of its own.
 */
function starsOf(pod: PodView): Stars {
  const image = pod.containers.map((one) => /bookinfo-reviews-(v\d+)/.exec(one.image)?.[1]).find(Boolean);
  switch (image ?? pod.version) {
    case 'v1':
      return 'none';
    case 'v3':
      return 'red';
    default:
      return 'black';
  }
}

async function ratingsOf(
  id: number,
  colour: 'black' | 'red',
  request: StandInRequest,
  context: StandInContext,
): Promise<Partial<Record<string, number>> | undefined> {
  try {
    const answer = await context.call(`http://ratings:9080/ratings/${id}`, {
      headers: forwardedHeaders(request.headers),
      timeoutMs: ratingsTimeoutMs[colour],
    });
    if (answer.status !== 200) return undefined;
    return (JSON.parse(answer.body) as { ratings?: Record<string, number> }).ratings;
  } catch {
    return undefined;
  }
}

const texts = [
  ['Reviewer1', 'An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!'],
  [
    'Reviewer2',
    'Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.',
  ],
] as const;

export const reviews: Behaviour = {
  plays: (pod) => pod.service === 'reviews',
  isCaller: (pod) => starsOf(pod) !== 'none',
  async handle(request, context) {
    if (request.path === '/health') return json(200, { status: 'Reviews is healthy' });
    const id = productId(request.path, 'reviews');
    if (id === undefined) return notFound(request);
    const colour = starsOf(context.pod);
    const stars = colour === 'none' ? undefined : await ratingsOf(id, colour, request, context);
    const rating = (reviewer: string) => {
      if (colour === 'none') return {};
      const count = stars?.[reviewer];
      return { rating: count === undefined ? { error: errorTexts.stars } : { stars: count, color: colour } };
    };
    return json(200, {
      id: String(id),
      podname: context.pod.name,
      clustername: 'null',
      reviews: texts.map(([reviewer, text]) => ({ reviewer, text, ...rating(reviewer) })),
    });
  },
};
