import { escapeHtml } from '../../../release';
import { product } from './products';

interface Rating {
  readonly stars?: number;
  readonly color?: string;
  readonly error?: string;
}
/** What reviews answers, or the error in its place. */
export interface ReviewsAnswer {
  readonly podname?: string;
  readonly clustername?: string;
  readonly reviews?: readonly {
    readonly reviewer: string;
    readonly text: string;
    readonly rating?: Rating;
  }[];
  readonly error?: string;
}
/** What details answers, or the error in its place. */
export type DetailsAnswer = Readonly<Record<string, unknown>> & { readonly error?: string };

/** What a service left out is left out here. */
const escape = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? escapeHtml(String(value)) : '';

function ratingHtml(rating: Rating | undefined): string {
  if (!rating) return '';
  if (rating.error !== undefined) return `<p class="error">${escape(rating.error)}</p>`;
  const stars = '★'.repeat(rating.stars ?? 0) + '☆'.repeat(Math.max(0, 5 - (rating.stars ?? 0)));
  return `<p class="stars" style="color:${escape(rating.color)}">${stars}</p>`;
}

function detailsHtml(status: number, details: DetailsAnswer): string {
  if (status !== 200)
    return `<h4>Error fetching product details</h4><p class="error">${escape(details.error)}</p>`;
  const rows = (['ISBN-10', 'publisher', 'pages', 'type', 'language'] as const).map(
    (key) => `<dt>${key}</dt><dd>${escape(details[key])}</dd>`,
  );
  return `<h4>Book Details</h4><dl>${rows.join('')}</dl>`;
}

function reviewsHtml(status: number, answer: ReviewsAnswer): string {
  if (status !== 200)
    return `<h4>Error fetching product reviews</h4><p class="error">${escape(answer.error)}</p>`;
  const quotes = (answer.reviews ?? []).map(
    ({ reviewer, text, rating }) =>
      `<blockquote><p>${escape(text)}</p><cite>${escape(reviewer)}</cite>${ratingHtml(rating)}</blockquote>`,
  );
  return `<h4>Book Reviews</h4><p>Reviews served by: <u>${escape(answer.podname)}</u></p>${quotes.join('')}`;
}

/** The product page. It shows what it got and says what it could not get; it never fails as a whole. */
export function productPage(
  user: string,
  details: { readonly status: number; readonly answer: DetailsAnswer },
  reviews: { readonly status: number; readonly answer: ReviewsAnswer },
): string {
  const session = user
    ? `<span id="user">${escape(user)}</span> <a href="logout">Sign out</a>`
    : '<form method="post" action="login"><input name="username"><button>Sign in</button></form>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Simple Bookstore App</title><link rel="stylesheet" href="static/page.css"></head>
<body><nav>BookInfo Sample ${session}</nav>
<h1>${escape(product.title)}</h1><p>${product.descriptionHtml}</p>
<section id="details">${detailsHtml(details.status, details.answer)}</section>
<section id="reviews">${reviewsHtml(reviews.status, reviews.answer)}</section>
</body></html>
`;
}
