/**
 * The floor: a server that hands each binary frame to everybody else in its room, and does nothing
 * else. The room is the path. Plain JavaScript, run by node itself like the servers beside it.
 */
import { WebSocketServer } from 'ws'

const rooms = new Map()

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.env.PORT),
  perMessageDeflate: false,
})

server.on('connection', (socket, request) => {
  const room = rooms.get(request.url) ?? new Set()
  rooms.set(request.url, room)
  room.add(socket)
  socket.on('message', (frame, isBinary) => {
    if (!isBinary) return
    for (const other of room) if (other !== socket) other.send(frame)
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    room.delete(socket)
    if (room.size === 0) rooms.delete(request.url)
  })
})
