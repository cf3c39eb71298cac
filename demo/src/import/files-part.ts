/** One chunk: who exports imports, too. */
export { ExportFromList } from '../export/export-from-list.js'
export { ImportDialog } from './import-dialog.js'
