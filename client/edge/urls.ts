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

/** Tells servers, users and workspaces apart, on the device and among tabs. */
export const deviceName = (of: { url: string; workspaceId: string; userId: string }): string =>
  `kith:${workspaceUrl(of.url, of.workspaceId)}:${of.userId}`
