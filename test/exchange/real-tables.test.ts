import { fixture } from '../support/fixtures.ts'
import { readsRealTables } from './real-tables.acceptance.ts'

readsRealTables(fixture)
