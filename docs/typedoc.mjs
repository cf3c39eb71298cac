/**
 * Writes the API's documentation out of the docstrings into `reports/api`; an undocumented export is
 * an error. `npm run docs`; with `--check` it writes nothing.
 *
 * typedoc asks TypeScript's own API, which version 7 does not have: it gets 6, which is installed
 * beside it as `ts6`.
 */
import { register } from 'node:module'

const hook = `export const resolve = (specifier, context, next) =>
  next(specifier === 'typescript' ? 'ts6' : specifier, context)`
register(`data:text/javascript,${encodeURIComponent(hook)}`)

const { Application } = await import('typedoc')
const app = await Application.bootstrapWithPlugins({ options: 'docs/typedoc.json' })
const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)
if (!process.argv.includes('--check')) await app.generateOutputs(project)
