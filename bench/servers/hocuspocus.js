/** Hocuspocus as its documentation starts it, without a store. */
import { Server } from '@hocuspocus/server'

const port = Number(process.env.PORT)
const server = new Server({ port, address: '127.0.0.1', quiet: true })
await server.listen()
