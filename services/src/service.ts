/** What every service is to the composition root. */
import type { CancelSignal, Link } from '@octavo/domain/ports.ts';
import type { Fetch } from './endpoint.ts';

/** A running service: its HTTP edge, its links, and its own work. */
export type Service = {
  readonly fetch: Fetch;
  /** OpenAPI description of the edge. */
  describe(): Record<string, unknown>;
  /** Take a link that a peer opened; services without links have none. */
  accept?(link: Link): void;
  /**
   * Do the service's own work (send the outbox, end what is pending, keep its lines up) until `stop` is
   * aborted. What was left unanswered by an earlier life is settled first.
   */
  run(stop: CancelSignal): Promise<void>;
};
