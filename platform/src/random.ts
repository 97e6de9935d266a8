/** Chance, from the operating system. */
import { randomBytes } from 'node:crypto';
import type { Random } from '@octavo/domain/ports.ts';

/** Fresh unpredictable bytes from the operating system. */
export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));
