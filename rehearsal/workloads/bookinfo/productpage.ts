import {
  json,
  notFound,
  type Behaviour,
  type StandInContext,
  type StandInRequest,
  type StandInResponse,
} from '../behaviours';
import { forwardedHeaders, type Headers } from '../headers';
import { productPage, type DetailsAnswer, type ReviewsAnswer } from './page';
import { errorTexts, product } from './products';
import { expiredSessionCookie, sessionCookie, sessionUser } from './session';

/** productpage waits this long for each call, and asks reviews, and only reviews, a second time. */
const callTimeoutMs = 3000;
const attempts = { details: 1, reviews: 2, ratings: 1 } as const;
type Callee = keyof typeof attempts;

interface Fetched<T> {
  readonly status: number;
  readonly answer: T;
}

async function fetchFrom<T extends { error?: string }>(
  callee: Callee,
  id: number,
  headers: Headers,
  context: StandInContext,
): Promise<Fetched<T>> {
  let status = 500;
  for (let attempt = 0; attempt < attempts[callee]; attempt++) {
    try {
      const url = `http://${callee}:9080/${callee}/${id}`;
      const answer = await context.call(url, { headers, timeoutMs: callTimeoutMs });
      if (answer.status === 200) return { status: 200, answer: JSON.parse(answer.body) as T };
      status = answer.status;
    } catch {
      status = 500;
    }
  }
  return { status, answer: { error: errorTexts[callee] } as T };
}

/** Only a session makes an end user: what a client puts into the header itself is not passed on. */
function headersFor(request: StandInRequest): Headers {
  const headers = forwardedHeaders(request.headers);
  delete headers['end-user'];
  const user = sessionUser(request.headers);
  return user ? { ...headers, 'end-user': user } : headers;
}

async function front(request: StandInRequest, context: StandInContext): Promise<StandInResponse> {
  const headers = headersFor(request);
  const details = await fetchFrom<DetailsAnswer>('details', product.id, headers, context);
  const reviews = await fetchFrom<ReviewsAnswer>('reviews', product.id, headers, context);
  const body = productPage(sessionUser(request.headers), details, reviews);
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

async function api(request: StandInRequest, context: StandInContext): Promise<StandInResponse> {
  if (request.path === '/api/v1/products') return json(200, [product]);
  const match = /^\/api\/v1\/products\/(\d+)(?:\/(reviews|ratings))?$/.exec(request.path);
  if (!match) return notFound(request);
  const callee = (match[2] ?? 'details') as Callee;
  const { status, answer } = await fetchFrom(callee, Number(match[1]), headersFor(request), context);
  return json(status, answer);
}

function redirect(request: StandInRequest, cookie: string): StandInResponse {
  const location = request.headers.referer ?? '/productpage';
  return { status: 302, type: 'text/html', body: '', headers: { location, 'set-cookie': cookie } };
}

function login(request: StandInRequest): StandInResponse {
  const form = new URLSearchParams(request.body);
  const user = form.get('username') ?? request.query.get('username') ?? '';
  return redirect(request, `${sessionCookie(user)}; HttpOnly; Path=/`);
}

export const productpage: Behaviour = {
  plays: (pod) => pod.service === 'productpage',
  isCaller: () => true,
  handle(request, context) {
    const { path, method } = request;
    if (path === '/health') return { status: 200, type: 'text/html', body: 'Product page is healthy' };
    if (path === '/productpage') return front(request, context);
    if (path === '/login' && method === 'POST') return login(request);
    if (path === '/logout') return redirect(request, `${expiredSessionCookie}; Path=/`);
    if (path.startsWith('/static/')) return { status: 200, type: 'text/css', body: '/* rehearsal */\n' };
    if (path === '/' || path === '/index.html')
      return { status: 200, type: 'text/html', body: '<a href="productpage">Simple Bookstore App</a>' };
    return path.startsWith('/api/v1/') ? api(request, context) : notFound(request);
  },
};
