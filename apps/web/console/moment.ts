/** When something happened, as columns show it: month, day and time of this browser's zone. */

/** `11-22 14:02`, with `seconds` also those. */
export function momentText(atMs: number, { seconds = false } = {}): string {
  const at = new Date(atMs);
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return `${day} ${time}${seconds ? `:${two(at.getSeconds())}` : ''}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
