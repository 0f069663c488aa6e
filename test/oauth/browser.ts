/** What a person's browser does: follows redirects, keeps cookies by path, sends forms. Stops where it would leave the server. */
export interface Browser {
  /** Ends at a page, or at an address that is not of the server. */
  open(url: string): Promise<Page>
  /** Sends the form whose action ends so, with these fields in place of those that are there. */
  submit(page: Page, action: string, fields: Record<string, string | string[]>): Promise<Page>
  readonly cookies: Map<string, { readonly value: string; readonly path: string }>
}

export interface Page {
  readonly url: string
  readonly status: number
  readonly text: string
  readonly headers: Headers
  /** Set when the server sent the browser elsewhere. */
  readonly left?: URL
}

export function openBrowser(origin: string): Browser {
  const cookies: Browser['cookies'] = new Map()

  async function go(url: string, init: RequestInit = {}): Promise<Page> {
    const { pathname } = new URL(url)
    const fitting = [...cookies].filter(([, { path }]) => pathname.startsWith(path))
    const cookie = fitting.map(([name, { value }]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...init.headers },
    })
    for (const text of response.headers.getSetCookie()) keep(text)
    const location = response.headers.get('location')
    const text = await response.text()
    if (location === null) return { url, status: response.status, text, headers: response.headers }
    const next = new URL(location, url)
    if (next.origin === origin) return go(next.href)
    return { url, status: response.status, text, headers: response.headers, left: next }
  }

  function keep(text: string): void {
    const [pair = '', ...attributes] = text.split('; ')
    const [name = '', value = ''] = pair.split('=')
    const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
    if (value === '') cookies.delete(name)
    else cookies.set(name, { value, path })
  }

  return {
    cookies,
    open: (url) => go(url),
    submit(page, action, fields) {
      const forms = [...page.text.matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)]
      const [, url = '', inner = ''] = forms.find(([, where = '']) => where.endsWith(action)) ?? []
      if (url === '') throw new Error(`no form ${action} in ${page.text}`)
      const body = new URLSearchParams()
      for (const [, name = '', value = ''] of inner.matchAll(
        /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
      ))
        body.append(name, value)
      for (const [name, value] of Object.entries(fields))
        for (const one of [value].flat()) body.append(name, one)
      return go(url, { method: 'POST', body, headers: { origin } })
    },
  }
}
