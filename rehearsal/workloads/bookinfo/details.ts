import { json, notFound, type Behaviour } from '../behaviours';
import { productId } from './products';

export const details: Behaviour = {
  plays: (pod) => pod.service === 'details',
  isCaller: () => false,
  handle(request) {
    if (request.path === '/health') return json(200, { status: 'Details is healthy' });
    if (!request.path.startsWith('/details')) return notFound(request);
    const id = productId(request.path, 'details');
    if (id === undefined) return json(400, { error: 'please provide numeric product id' });
    return json(200, {
      id,
      author: 'William Shakespeare',
      year: 1595,
      type: 'paperback',
      pages: 200,
      publisher: 'PublisherA',
      language: 'English',
      'ISBN-10': '1234567890',
      'ISBN-13': '123-1234567890',
    });
  },
};
