export interface Asked {
  readonly id: string
  readonly do: 'edit' | 'save' | 'load' | 'round-trip'
  readonly number?: number
}
