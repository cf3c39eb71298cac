import { type AwarenessEntry, colorOf } from 'kith-shared'

interface Shown {
  clock: number
  state: Record<string, unknown>
}

/** Who is here by what the server relays: one line a connection, not a person. */
export const createPeople = (list: HTMLElement) => {
  const people = new Map<number, Shown>()
  const draw = (): void => list.replaceChildren(...[...people].map(lineOf))
  return {
    apply: (entries: readonly AwarenessEntry[]): void => {
      for (const { clientId, clock, json } of entries) {
        const state = parseState(json)
        if (state) people.set(clientId, { clock, state })
        else people.delete(clientId)
      }
      draw()
    },
    clear: (): void => {
      people.clear()
      draw()
    },
  }
}

const parseState = (json: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(json)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const lineOf = ([clientId, { clock, state }]: [number, Shown]): HTMLLIElement => {
  const user = isRecord(state.user) ? state.user : {}
  const editing = isRecord(state.editing) ? state.editing : undefined
  const line = document.createElement('li')
  const dot = document.createElement('span')
  dot.className = 'dot'
  dot.style.backgroundColor = colorOf(String(user.id ?? ''))
  const name = document.createElement('strong')
  name.textContent = String(user.name ?? user.id ?? 'unnamed')
  const doing = editing
    ? `${state.typing ? 'typing' : 'in'} ${editing.contactId}/${editing.field}`
    : ''
  const rest = [state.status, doing, `client ${clientId}`, `clock ${clock}`].filter(Boolean)
  line.append(dot, name, ` ${rest.join(' · ')}`)
  return line
}
