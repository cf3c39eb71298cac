import * as encoding from 'lib0/encoding'
import * as v from 'valibot'
import { MAX_VALUE_BYTES } from '../limits.js'

export type ValueProblem =
  /** Not of the type the field has. */
  | 'type'
  /** Nothing but blanks where something is required. */
  | 'empty'
  /** Of the right type, but no id, time or https URL. */
  | 'format'
  /** More than 16 KB as encoded, or a tag too long for a key. */
  | 'too-large'
  /** A field that contacts don't have. */
  | 'unknown-field'
  /** The contact or note to change is not there. */
  | 'not-found'
  /** The id for something new is taken, or stands twice among the entries of one list. */
  | 'exists'

/** Thrown by every edit that the document doesn't take; nothing was changed then. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue'
  /**
   * Which field, as in `name` or `emails.0.value`; '' where a contact or note is meant as a whole.
   * The value itself appears nowhere in the error.
   */
  readonly field: string
  readonly problem: ValueProblem

  constructor(field: string, problem: ValueProblem) {
    super(field === '' ? problem : `${field}: ${problem}`)
    this.field = field
    this.problem = problem
  }
}

/** The value as the schema gives it. Throws InvalidValue, also where it is too large to store. */
export const checked = <Value>(
  schema: v.GenericSchema<unknown, Value>,
  value: unknown,
  field: string,
): Value => {
  const result = v.safeParse(schema, value)
  if (result.success) return fitting(result.output, field)
  const [issue] = result.issues
  const path = issue.path?.map((item) => String(item.key)) ?? []
  throw new InvalidValue(
    (field === '' ? path : [field, ...path]).join('.'),
    problemOf(issue.message),
  )
}

/** The value itself. Throws InvalidValue where Yjs would write more bytes than the gate takes. */
export const fitting = <Value>(value: Value, field: string): Value => {
  const encoder = encoding.createEncoder()
  encoding.writeAny(encoder, value as encoding.AnyEncodable) // a schema let it pass: plain JSON
  if (encoding.length(encoder) > MAX_VALUE_BYTES) throw new InvalidValue(field, 'too-large')
  return value
}

const problemOf = (message: string): ValueProblem => {
  switch (message) {
    case 'empty':
    case 'format':
    case 'too-large':
    case 'unknown-field':
      return message
    default:
      return 'type'
  }
}
