export { PeopleDialog } from './people-dialog.js'
export { SettingsDialog } from './settings-dialog.js'
