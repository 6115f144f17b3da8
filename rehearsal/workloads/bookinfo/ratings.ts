import { json, notFound, type Behaviour, type StandInRequest, type StandInResponse } from '../behaviours';
import { productId } from './products';

/** Stars by reviewer, of every book that nobody has posted ratings for. */
const initial = { Reviewer1: 5, Reviewer2: 4 };

function post(posted: Map<number, unknown>, id: number, request: StandInRequest): StandInResponse {
  try {
    posted.set(id, JSON.parse(request.body));
  } catch {
    return json(400, { error: 'please provide valid ratings JSON' });
  }
  return json(200, { id, ratings: posted.get(id) });
}

/** Bookinfo's ratings keep posted ones in memory; here they are kept per pod, as if each were a process of its own. */
export function ratings(): Behaviour {
  const byPod = new Map<string, Map<number, unknown>>();
  return {
    plays: (pod) => pod.service === 'ratings',
    isCaller: () => false,
    handle(request, { pod }) {
      if (request.path === '/health') return json(200, { status: 'Ratings is healthy' });
      if (!request.path.startsWith('/ratings')) return notFound(request);
      const id = productId(request.path, 'ratings');
      if (id === undefined) return json(400, { error: 'please provide numeric product ID' });
      const posted = byPod.get(pod.uid) ?? new Map<number, unknown>();
      byPod.set(pod.uid, posted);
      if (request.method === 'POST') return post(posted, id, request);
      return json(200, { id, ratings: posted.get(id) ?? initial });
    },
  };
}
