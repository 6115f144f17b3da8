import { logSumExp } from './logSum';

/**
 * Evidence as the wealth of somebody who bets against a hypothesis, with plain numbers, so that it can be stored between
 * two looks.
 *
 * Each batch multiplies the wealth by a factor whose expectation, whatever happened before, is at most 1 as long as the
 * hypothesis is true. Such a wealth is a supermartingale that begins at 1, so by Ville's inequality it ever reaches 1/α
 * with a probability of at most α, however often one looks (Shafer 2021; Ramdas, Grünwald, Vovk and Shafer 2023). Each of
 * what follows keeps that property:
 *
 * - bets on several alternatives share the first unit of wealth (the mean of supermartingales is one);
 * - a factor is capped: the smaller of it and a constant has no larger expectation. One batch, however many requests it
 *   has, then only says so much, which is what makes bursts of errors bearable;
 * - a part of the wealth is not bet at once, but batch by batch, so that a version that turns bad late does not have to
 *   win back first what was lost while it was good (the mixture over the time of a change: Shiryaev 1963; Shin, Ramdas
 *   and Rinaldo 2024).
 */
export interface Wealth {
  /** ln of the part of a bet that each alternative gets. */
  readonly parts: readonly number[];
  /** ln of the wealth of each alternative that was bet from the beginning. */
  readonly whole: readonly number[];
  /** ln of the wealth of each alternative that was bet from some later batch on. */
  readonly recent: readonly number[];
  /** The part of the later bets that was not placed yet. */
  readonly unspent: number;
}

/** What is kept for later bets. */
const KEPT = 0.2;

/** ln of a wealth that is as good as none; infinity is no JSON. */
const NOTHING = -1e9;

const logOf = (value: number): number => (value > 0 ? Math.log(value) : NOTHING);

/** @param parts how a bet is divided among the alternatives; they sum to 1 */
export function startWealth(parts: readonly number[]): Wealth {
  const logs = parts.map(logOf);
  return { parts: logs, whole: logs, recent: parts.map(() => NOTHING), unspent: 1 };
}

export interface Bets {
  /** How many batches there will be at most; later bets are spread evenly over them. */
  readonly batches: number;
  /** Largest ln of a factor; default unlimited. */
  readonly cap?: number;
}

/** The wealth after a batch with these factors, given as their ln. */
export function bet(
  { parts, whole, recent, unspent }: Wealth,
  logFactors: readonly number[],
  { batches, cap = Infinity }: Bets,
): Wealth {
  const stake = Math.min(unspent, 1 / batches);
  const factors = logFactors.map((factor) => Math.min(factor, cap));
  return {
    parts,
    whole: whole.map((sum, i) => sum + factors[i]!),
    recent: recent.map((sum, i) => logSumExp([sum, parts[i]! + logOf(stake)]) + factors[i]!),
    unspent: unspent - stake,
  };
}

/** ln of all of it. */
export const logWealth = ({ whole, recent, unspent }: Wealth): number =>
  logSumExp([
    Math.log(1 - KEPT) + logSumExp(whole),
    Math.log(KEPT) + logSumExp(recent),
    Math.log(KEPT) + logOf(unspent),
  ]);

/** ln of two wealths together, of which the first had three quarters of the first unit. */
export const logMix = (one: number, other: number): number =>
  logSumExp([one + Math.log(0.75), other + Math.log(0.25)]);

/** Whether evidence suffices at an error probability of `alpha`. */
export const suffices = (logEvidence: number, alpha: number): boolean => logEvidence >= -Math.log(alpha);
