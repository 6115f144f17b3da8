/** Places in an order in which each comes after those it waits for; or a cycle, which begins and ends with the same place. */
export type Order = { readonly order: readonly number[] } | { readonly cycle: readonly number[] };

/** Keeps the given order as far as the edges allow. Takes time in proportion to places and edges. */
export function topologicalOrder(before: readonly ReadonlySet<number>[]): Order {
  const waiting = before.map((set) => set.size);
  const after = before.map((): number[] => []);
  before.forEach((set, place) => set.forEach((other) => after[other]?.push(place)));
  const order = before.flatMap((set, place) => (set.size === 0 ? [place] : []));
  // The list grows while it is walked: a place is appended when the last one it waits for has had its turn.
  for (const place of order) {
    for (const next of after[place] ?? []) {
      waiting[next] = (waiting[next] ?? 0) - 1;
      if (waiting[next] === 0) order.push(next);
    }
  }
  return order.length === before.length ? { order } : { cycle: cycleIn(before, new Set(order)) };
}

/** Whatever is left waits for something that is left, so walking back must meet a place twice. */
function cycleIn(before: readonly ReadonlySet<number>[], done: ReadonlySet<number>): readonly number[] {
  const path: number[] = [];
  let place = before.findIndex((_, i) => !done.has(i));
  while (!path.includes(place)) {
    path.push(place);
    place = [...(before[place] ?? [])].find((other) => !done.has(other)) ?? place;
  }
  return [...path.slice(path.indexOf(place)), place];
}
