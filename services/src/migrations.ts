/** The migrations of every service, in order, read from the files beside the services. */
import { readdirSync, readFileSync } from 'node:fs';

/** One forward-only migration. */
export type ServiceMigration = {
  readonly service: string;
  readonly name: string;
  readonly sql: string;
};

/** The services that keep tables, lowest first. */
const KEEPERS = [
  'tokens',
  'issuer',
  'network',
  'wallet',
  'acquirer',
  'transit',
  'gate',
  'terminal',
] as const;

/** Read all migrations; each service's in the order of its file names. */
export function readMigrations(): readonly ServiceMigration[] {
  return KEEPERS.flatMap((service) => {
    const folder = new URL(`./${service}/migrations/`, import.meta.url);
    const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
    return names.sort().map((name) => ({
      service,
      name,
      sql: readFileSync(new URL(name, folder), 'utf8'),
    }));
  });
}
