/**
 * HTTP as server/openapi.json describes it: every answer is held against its description, so that
 * whoever asks through here also tests the file.
 */
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const file = new URL('../../server/openapi.json', import.meta.url)

interface Described {
  content?: Record<string, { schema: object }>
  $ref?: string
}
interface Operation {
  operationId?: string
  responses: Record<string, Described>
}
interface Description {
  paths: Record<string, Record<string, Operation>>
  components: {
    responses: Record<string, Described>
    schemas: Record<string, object>
    parameters: Record<string, object>
    securitySchemes: Record<string, object>
  }
}

// The file is ours; `test/unit/openapi.test.ts` holds it against the routes.
export const description = JSON.parse(readFileSync(file, 'utf8')) as Description

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
export type Method = Uppercase<(typeof METHODS)[number]>

/** Every operation as `GET /workspaces/{id}`. */
export const operations: string[] = Object.entries(description.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
)

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else the text; '' without one. */
  readonly body: unknown
}

export interface Question {
  readonly token?: string
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is, with these headers. */
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type Ask = (method: Method, path: string, question?: Question) => Promise<Answer>

/** Throws where an answer is not as it is described. */
export const askAt =
  (url: () => string): Ask =>
  async (method, path, { token, json, raw, headers = {} } = {}) => {
    const body = json === undefined ? raw : JSON.stringify(json)
    const response = await fetch(new URL(path, url()), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type')?.replace(/ *;.*/, '') ?? ''
    const answer = {
      status: response.status,
      headers: response.headers,
      body: /json$/.test(type) ? (JSON.parse(text) as unknown) : text,
    }
    holdAgainst(method, path, type, answer)
    return answer
  }

const holdAgainst = (method: Method, path: string, type: string, answer: Answer): void => {
  const where = `${method} ${templateOf(path)} ${answer.status}`
  const operation = description.paths[templateOf(path)]?.[method.toLowerCase()]
  const named = operation?.responses[answer.status]
  if (!named) throw new Error(`not described: ${where}`)
  const name = named.$ref?.split('/').at(-1)
  const described = name === undefined ? named : description.components.responses[name]
  if (!described?.content) {
    if (answer.body === '') return
    throw new Error(`${where} has a body that is not described`)
  }
  const schema = described.content[type]?.schema
  if (!schema) throw new Error(`${where} is ${type}, which is not described`)
  const validate = validatorOf(schema)
  if (validate(answer.body)) return
  throw new Error(`${where} is not as described: ${ajv.errorsText(validate.errors)}`)
}

/** The path in the description that this one is an instance of; itself where there is none. */
const templateOf = (path: string): string => {
  const parts = path.replace(/[?#].*/, '').split('/')
  const fits = (template: string): boolean => {
    const own = template.split('/')
    return (
      own.length === parts.length && own.every((part, at) => /^\{/.test(part) || part === parts[at])
    )
  }
  const templates = Object.keys(description.paths)
  return templates.find((template) => template === path) ?? templates.find(fits) ?? path
}

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    uri: /^https?:\/\/[^\s/]+\/\S*$/,
  },
})
ajv.addSchema(description, 'openapi')

const validators = new Map<object, ValidateFunction>()
const validatorOf = (schema: object): ValidateFunction => {
  const known = validators.get(schema)
  if (known) return known
  const absolute: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'))
  const made = ajv.compile(absolute as object) // a schema that was one before its references
  validators.set(schema, made)
  return made
}
