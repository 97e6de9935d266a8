/** A fresh request id, under which a repeat of the request is known for one. */
export function newId(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)));
}

/** Bytes as upper-case hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
