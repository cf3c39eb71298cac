export { DuplicatesPane } from './duplicates-pane.js'
