/** Follows links as a browser does, with the cookies of each host and path. No page is drawn, no script runs. */
export class CookieBrowser {
  readonly #jar = new Map<string, { readonly path: string; readonly value: string }>();

  /** Opens an address; returns the answer that is no redirect, or the first that leads to `until`. */
  async open(address: string, until?: (address: string) => boolean): Promise<Response> {
    let at = address;
    for (let hops = 0; hops < 12; hops += 1) {
      const response = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: this.cookiesFor(new URL(at)) },
      });
      this.#keep(new URL(at), response.headers.getSetCookie());
      const next = response.headers.get('location');
      if (next === null || until?.(new URL(next, at).href) === true) return response;
      at = new URL(next, at).href;
    }
    throw new Error(`${address} leads on without an end`);
  }

  /** Sends a form; the answer, whatever it leads to. */
  async submit(address: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const at = new URL(address);
    const response = await fetch(at, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: this.cookiesFor(at) },
      body: new URLSearchParams(fields),
    });
    this.#keep(at, response.headers.getSetCookie());
    return response;
  }

  cookiesFor({ host, pathname }: URL): string {
    return [...this.#jar]
      .filter(([key, { path }]) => key.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
      .join('; ');
  }

  #keep({ host }: URL, set: readonly string[]): void {
    for (const line of set) {
      const [pair = '', ...flags] = line.split('; ');
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = flags.find((flag) => /^path=/i.test(flag))?.slice('path='.length) ?? '/';
      if (value === '') this.#jar.delete(`${host} ${name}`);
      else this.#jar.set(`${host} ${name}`, { path, value });
    }
  }
}
