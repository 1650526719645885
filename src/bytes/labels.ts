/** Every label that HKDF is used with; `docs/formats/keys.md` says what each is for. */
export type HkdfLabel =
  | 'tessera/vault/values/1'
  | 'tessera/vault/names/1'
  | 'tessera/vault/root/1'
  | 'tessera/vault/seal/1'
  | 'tessera/topic/1'
  | 'tessera/signal/1'
  | 'tessera/pair/topic/1'
  | 'tessera/pair/signal/1'
  | 'tessera/pair/words/1'
  | 'tessera/pair/channel/1'
  | 'tessera/hello/1'
  | 'tessera/index/1'
