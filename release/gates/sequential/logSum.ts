/** ln Σ exp(x): sums likelihoods that would each underflow. */
export function logSumExp(terms: readonly number[]): number {
  let largest = -Infinity;
  for (const term of terms) largest = Math.max(largest, term);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - largest);
  return largest + Math.log(sum);
}
