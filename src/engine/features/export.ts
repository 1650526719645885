import { exportCsv } from '../../exchange/csv/export-csv.ts'
import { exportedSpace } from '../../exchange/exported.ts'
import { exportJson } from '../../exchange/json/export-json.ts'
import { EngineFailure, notReady } from '../api/failure.ts'
import { spaceIdOf } from '../profile/founding.ts'
import { whileOpen } from '../profile/while-open.ts'
import type { EngineModule } from '../workers/engine-module.ts'

/** Exports a space as files. */
export const exportModule = (): EngineModule => {
  const { opened, follow } = whileOpen()
  return {
    calls: {
      async exportSpace({ space, format, exact = false }) {
        const { core } = opened()
        const session = await core.show(space).session
        if (!session.arrived) throw notReady()
        const content = exportedSpace(session.space(), spaceIdOf(session.root))
        switch (format) {
          case 'csv':
            return exportCsv(content, { exact }).map(({ name, text }) => ({ name, content: new Blob([text]) }))
          case 'json':
            return [{ name: 'space.json', content: new Blob([exportJson(content)]) }]
          case 'sqlite': {
            const bytes = await core.feed.ask('sqlite-file', { content })
            return [{ name: 'space.sqlite', content: new Blob([bytes as Uint8Array<ArrayBuffer>]) }]
          }
          default:
            throw new EngineFailure('not-found', `There is no format "${format}". The formats are csv, json and sqlite.`)
        }
      },
    },
    watches: {},
    ...follow,
  }
}
