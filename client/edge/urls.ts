/** `https://host/base/` → `wss://host/base/ws/workspace`, without a slash at the end. */
export const workspacesUrl = (base: string): string => {
  const url = new URL(base)
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:'
  url.search = ''
  url.hash = ''
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/ws/workspace`
  return url.href
}

export const workspaceUrl = (base: string, workspaceId: string): string =>
  `${workspacesUrl(base)}/${encodeURIComponent(workspaceId)}`
