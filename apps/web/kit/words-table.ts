/** One language's words: nested keys; `{{name}}` takes a value. */
export type Words = { readonly [key: string]: string | Words };
