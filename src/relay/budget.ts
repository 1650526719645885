/** A token bucket: an amount that can be spent in a burst and refills over time. */
export interface Budget {
  /** @returns whether `amount` was available and has been spent; if not, nothing is spent */
  spend(amount: number, now: number): boolean
  isFull(now: number): boolean
}

/** @param burst the amount that a full budget holds */
export const budget = (perSecond: number, burst: number, start: number): Budget => {
  let left = burst
  let refilled = start

  const refill = (now: number) => {
    left = Math.min(burst, left + ((now - refilled) / 1000) * perSecond)
    refilled = now
  }

  return {
    spend(amount, now) {
      refill(now)
      if (amount > left) return false
      left -= amount
      return true
    },
    isFull(now) {
      refill(now)
      return left === burst
    },
  }
}
