/** The server as a library, for who starts it from a program of their own. */
export {
  type AuthConfig,
  type Config,
  type Environment,
  type ReadConfig,
  readConfig,
} from './config.js'
export { createLog, type Log } from './edge/log.js'
export { type RunningServer, startServer } from './server.js'
