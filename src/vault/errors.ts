/** Why the vault did not open, or why a value could not be read or stored. */
export class VaultError extends Error {
  override readonly name = 'VaultError'

  constructor(
    readonly code:
      | 'no-profile'
      | 'profile-exists'
      | 'wrong-passphrase'
      | 'damaged'
      | 'newer'
      | 'storage-full'
      | 'in-use'
      | 'not-an-archive'
      | 'closed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
