/** Metrics of a relay in Prometheus' text format. They never contain addresses or topics. */
export interface RelayCounts {
  forwarded(bytes: number): void
  /** Counts a message that was dropped because the sender's address exceeded its forwarding limit. */
  dropped(): void
  refusedJoin(): void
  /** @param status of the HTTP response */
  refusedConnection(status: number): void
  hungUp(code: number): void
  broken(): void
  readonly connections: number
  readonly topics: number
  /** Prometheus text format, version 0.0.4. */
  text(): string
}

interface Sized {
  readonly size: number
}

const countUp = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1)

export const relayCounts = (clients: Sized, topics: Sized): RelayCounts => {
  let messages = 0
  let bytes = 0
  let dropped = 0
  let refused = 0
  let errors = 0
  const hangUps = new Map<number, number>()
  const refusedConnections = new Map<number, number>()

  const metric = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    lines: readonly (readonly [labels: string, value: number])[],
  ) =>
    [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines.map(([labels, value]) => `${name}${labels} ${value}`), ''].join(
      '\n',
    )

  return {
    forwarded(size) {
      messages += 1
      bytes += size
    },
    dropped() {
      dropped += 1
    },
    refusedJoin() {
      refused += 1
    },
    refusedConnection(status) {
      countUp(refusedConnections, status)
    },
    hungUp(code) {
      countUp(hangUps, code)
    },
    broken() {
      errors += 1
    },
    get connections() {
      return clients.size
    },
    get topics() {
      return topics.size
    },
    text: () =>
      [
        metric('tessera_relay_connections', 'gauge', 'Clients connected now.', [['', clients.size]]),
        metric('tessera_relay_topics', 'gauge', 'Topics with at least one client.', [['', topics.size]]),
        metric('tessera_relay_forwarded_messages_total', 'counter', 'Messages forwarded, once for each receiver.', [
          ['', messages],
        ]),
        metric('tessera_relay_forwarded_bytes_total', 'counter', 'Bytes forwarded.', [['', bytes]]),
        metric('tessera_relay_dropped_messages_total', 'counter', 'Messages dropped because of a limit.', [['', dropped]]),
        metric('tessera_relay_refused_joins_total', 'counter', 'Joins refused because of a limit.', [['', refused]]),
        metric(
          'tessera_relay_refused_connections_total',
          'counter',
          'Connections refused because of a limit, by HTTP status.',
          [...refusedConnections].map(([status, count]) => [`{status="${status}"}`, count] as const),
        ),
        metric('tessera_relay_errors_total', 'counter', 'Sockets closed because of a WebSocket protocol error.', [['', errors]]),
        metric(
          'tessera_relay_hang_ups_total',
          'counter',
          'Connections closed by the relay, by close code.',
          [...hangUps].map(([code, count]) => [`{code="${code}"}`, count] as const),
        ),
      ].join(''),
  }
}
