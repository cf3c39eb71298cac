#!/usr/bin/env node
/**
 * Starts the Firefox at KITH_FIREFOX with these arguments and stands between it and Playwright: what
 * that asks of WebDriver BiDi and an ESR does not know yet, and no test needs, is answered here.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { WebSocket, WebSocketServer } from 'ws'

const UNKNOWN = new Set(['emulation.setMediaFeaturesOverride'])
const MAX_BYTES = 256 * 1024 * 1024
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/

/** One connection of Playwright's; what it asks before Firefox listens to it waits. */
const relay = (inside, address) => {
  const outside = new WebSocket(address, { perMessageDeflate: false, maxPayload: MAX_BYTES })
  const waiting = []
  inside.on('message', (data) => {
    const text = String(data)
    const { id, method } = JSON.parse(text)
    if (UNKNOWN.has(method)) inside.send(JSON.stringify({ type: 'success', id, result: {} }))
    else if (outside.readyState === WebSocket.OPEN) outside.send(text)
    else waiting.push(text)
  })
  outside.on('open', () => {
    for (const text of waiting.splice(0)) outside.send(text)
  })
  outside.on('message', (data) => inside.send(String(data)))
  outside.on('error', () => inside.close())
  outside.on('close', () => inside.close())
  inside.on('close', () => outside.close())
}

const listen = (address) =>
  new Promise((resolve) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MAX_BYTES })
    server.on('connection', (inside, { url }) => relay(inside, `${address}${url}`))
    server.on('listening', () => resolve(server.address().port))
  })

const firefox = spawn(process.env.KITH_FIREFOX, process.argv.slice(2), {
  stdio: ['inherit', 'inherit', 'pipe'],
})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => firefox.kill(signal))
firefox.on('error', ({ message }) => {
  process.stderr.write(`${message}\n`)
  process.exit(1)
})
firefox.on('exit', (code) => process.exit(code ?? 0))
for await (const line of createInterface({ input: firefox.stderr })) {
  const address = LISTENING.exec(line)?.[1]
  const shown =
    address === undefined ? line : line.replace(address, `ws://127.0.0.1:${await listen(address)}`)
  process.stderr.write(`${shown}\n`)
}
