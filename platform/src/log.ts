/**
 * The log: one JSON line an event, on standard error, without secrets. It knows no request bodies; what it is given is
 * cleaned before it is written, by name and by look.
 */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { type DestinationStream, destination, pino } from 'pino';

/** How much is written: everything from this level up. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields of a line; cleaned before they are written. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes lines. The message is a fixed text; what varies goes into the fields. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose lines bear these fields too. */
  with(fields: LogFields): Log;
};

/** Open a log; to standard error when no destination is given. */
export function openLog(options: {
  readonly level: LogLevel;
  readonly destination?: DestinationStream | undefined;
}): Log {
  const target = options.destination ?? destination({ dest: 2, sync: true });
  return logOver(pino({ level: options.level, base: null }, target), {});
}

/** A listener that writes every event of a world at level debug, under the name of its service. */
export function traceToLog(log: Log): (entry: { readonly event: TraceEvent }) => void {
  return ({ event }) => {
    const { type, service, atMs, detail } = event;
    log.debug(type, { service, atMs, detail });
  };
}

function logOver(target: ReturnType<typeof pino>, own: LogFields): Log {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}) => {
      if (target.isLevelEnabled(level)) {
        target[level](clean({ ...own, ...fields }, 0), maskNumbers(message));
      }
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => logOver(target, { ...own, ...fields }),
  };
}

/** Fields that are never written, by a part of their name in lower case without separators. */
const SECRET_NAMES =
  /pan$|cardnumber|cvn|cvv|passcode|password|secret|otp|onetimecode|key$|keys$|authori[sz]ation|cookie|envelope|signature|pin$|track|body/;

const DEEPEST = 6;

/** A copy that is safe to write. */
function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskNumbers(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Error) return cleanError(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAMES.test(name.toLowerCase().replace(/[-_]/g, '')) ? '***' : clean(item, depth + 1),
    ]),
  );
}

function cleanError(error: Error): Record<string, unknown> {
  const { name, message, stack } = error;
  return { name, message: maskNumbers(message), stack: maskNumbers(stack ?? '') };
}

/** Runs of 13 digits and more could be an account number, in a message's hexadecimal too: first six and last four stay. */
function maskNumbers(text: string): string {
  return text.replace(
    /\d{13,}/g,
    (digits) => digits.slice(0, 6) + '*'.repeat(digits.length - 10) + digits.slice(-4),
  );
}
