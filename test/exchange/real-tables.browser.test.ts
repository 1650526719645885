import { fixture } from '../support/fixtures-in-browser.ts'
import { readsRealTables } from './real-tables.acceptance.ts'

readsRealTables(fixture)
