/**
 * antd fills the style elements it makes through `innerHTML`, which Trusted Types forbid on this page. The content of a
 * style element is text and never markup, so here that property writes text; every other element stays forbidden.
 */

/** Let style elements take their text by either name. To be called before antd draws. */
export function openStyleText(): void {
  Object.defineProperty(HTMLStyleElement.prototype, 'innerHTML', {
    configurable: true,
    get(this: HTMLStyleElement): string {
      return this.textContent;
    },
    set(this: HTMLStyleElement, css: string) {
      // antd's table measures scrollbars by a style element that it forgets to give the nonce.
      if (this.nonce === '') this.nonce = styleNonce();
      this.textContent = css;
    },
  });
}

/** The nonce under which this answer of the server allows style elements. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}
