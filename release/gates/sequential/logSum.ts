/** ln Σ exp(x): sums likelihoods that would each underflow. */
export function logSumExp(terms: readonly number[]): number {
  const largest = terms.reduce((max, term) => Math.max(max, term), -Infinity);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
}
