/** A PostgREST's answers on a bad day, or those of what stands in between. */
import type { ServerResponse } from 'node:http'
import { type Answer, refusal } from './postgrest-queries.js'

/** How it answers: as it should, or like what stands between us and it on a bad day. */
export type Behaviour =
  | 'right'
  | 'silence'
  | 'stall'
  | 'half'
  | 'error'
  | 'html'
  | 'empty'
  | 'empty-404'
  | 'array-404'
  | 'other-shape'
  | 'redirect'

export const send = (
  response: ServerResponse,
  { status, body }: Answer,
  type = 'application/json',
) => {
  response.writeHead(status, { 'content-type': type }).end(body)
}

/** True where the request is not to be answered rightly. */
export const misbehave = (behaviour: Behaviour, response: ServerResponse): boolean => {
  const json = { 'content-type': 'application/json' }
  switch (behaviour) {
    case 'right':
      return false
    case 'silence':
      return true
    case 'stall':
      response.writeHead(200, json).write('[{"role":')
      return true
    case 'half':
      response.writeHead(200, { ...json, 'content-length': '20' }).write('[{"role":', () => {
        response.destroy()
      })
      return true
    case 'error':
      send(response, refusal(500, 'XX000', 'internal error'))
      return true
    case 'html':
      send(response, { status: 200, body: '<html>Sign in to the hotel</html>' }, 'text/html')
      return true
    case 'empty':
      send(response, { status: 200, body: '' })
      return true
    case 'empty-404':
      send(response, { status: 404, body: '' })
      return true
    case 'array-404':
      send(response, { status: 404, body: '[]' })
      return true
    case 'other-shape':
      send(response, { status: 200, body: '[{"role":"emperor"}]' })
      return true
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere' }).end()
      return true
  }
}
