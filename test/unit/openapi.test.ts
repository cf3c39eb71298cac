import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../server/edge/http/app.js'
import type { HttpPorts } from '../../server/edge/http/ports.js'
import { description, operations } from '../harness/described-api.js'

/** Nothing is asked: only the table of routes is read. */
const app = createApp({
  pages: 'nowhere',
  signIn: { kind: 'development' },
  development: { issue: async () => 'away' },
} as unknown as HttpPorts)

const routes = app.routes
  .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
  .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)

describe('the OpenAPI file', () => {
  it('[H1] has every route of the server, and no other', () => {
    expect([...operations].sort()).toEqual([...new Set(routes)].sort())
    expect(operations.length).toBeGreaterThan(15)
  })

  it('[H1] refers to nothing that is not there, and has nothing that nobody refers to', () => {
    const text = JSON.stringify(description)
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
    const at = (path: string): unknown =>
      path.split('/').reduce<unknown>((node, key) => {
        return typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined
      }, description)
    expect(references.filter((path) => at(path) === undefined)).toEqual([])
    const { securitySchemes: _, ...named } = description.components
    const all = Object.entries(named).flatMap(([kind, members]) =>
      Object.keys(members).map((name) => `components/${kind}/${name}`),
    )
    expect(all.filter((path) => !references.includes(path))).toEqual([])
  })

  it('[H1] has schemas that are schemas, and unique operation ids', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(description, 'openapi')
    for (const name of Object.keys(description.components.schemas)) {
      ajv.compile({ $ref: `openapi#/components/schemas/${name}` })
    }
    const ids = Object.values(description.paths).flatMap((item) =>
      Object.values(item).flatMap((operation) => operation.operationId ?? []),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(operations.length)
  })
})
