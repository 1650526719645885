/** An amount that is spent at once or over time, and refills by itself. */
export interface Budget {
  /** @returns whether `amount` was left; else nothing is spent */
  spend(amount: number, now: number): boolean
  isFull(now: number): boolean
}

/** @param atOnce the amount that a full budget holds */
export const budget = (perSecond: number, atOnce: number, start: number): Budget => {
  let left = atOnce
  let refilled = start

  const refill = (now: number) => {
    left = Math.min(atOnce, left + ((now - refilled) / 1000) * perSecond)
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
      return left === atOnce
    },
  }
}
